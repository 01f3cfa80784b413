import { describe, expect, test } from 'vitest';
import { sampleIncident } from '../../support/sample-incident.ts';
import { incidentPages, startTestApp, traceId } from '../test-app.ts';

describe('landingRoute', () => {
  test('says what this is, where things are and how the sources are', async () => {
    await using app = await startTestApp({
      sources: () => [
        { name: 'dbus', up: true },
        { name: 'stap', up: false, detail: 'no such file' },
      ],
      jaegerUrl: 'http://jaeger:16686/',
    });
    const page = await (await app.get('/')).text();
    expect(page).toContain('1.2.3');
    for (const address of ['/incidents', '/metrics', '/-/ready', '/-/healthy', 'http://jaeger:16686/']) {
      expect(page).toContain(`href="${address}"`);
    }
    expect(page).toMatch(/up<\/span><code>dbus/);
    expect(page).toMatch(/down<\/span><code>stap<\/code><span class="detail">no such file/);
  });

  test('shows the ten latest incidents', async () => {
    const incidents = Array.from({ length: 12 }, (_, index) => sampleIncident({ incident: { traceId: traceId(index) } }));
    await using app = await startTestApp({ incidents: incidentPages(incidents) });
    const page = await (await app.get('/')).text();
    expect(page).toContain(`href="/incidents/${traceId(9)}"`);
    expect(page).not.toContain(`href="/incidents/${traceId(10)}"`);
  });

  test('says what to do where nothing has stopped and nothing is configured', async () => {
    await using app = await startTestApp();
    const page = await (await app.get('/')).text();
    expect(page).toContain('No stop has been seen yet');
    expect(page).toContain('No live source is configured');
  });
});
