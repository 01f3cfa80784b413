import { describe, expect, test } from 'vitest';
import type { SourceStatus } from '../../../src/http/http-app-options.ts';
import { startTestApp } from '../test-app.ts';

const up: SourceStatus = { name: 'dbus', up: true };
const down: SourceStatus = { name: 'stap', up: false, detail: 'Cannot read "stap.log"' };

describe('healthRoutes', () => {
  test('is healthy whatever the sources do', async () => {
    await using app = await startTestApp({ sources: () => [down] });
    const response = await app.get('/-/healthy');
    expect([response.status, await response.text()]).toEqual([200, 'healthy\n']);
  });

  test('is ready while every configured source is up', async () => {
    await using app = await startTestApp({ sources: () => [up] });
    const response = await app.get('/-/ready');
    expect([response.status, await response.text()]).toEqual([200, 'ready\n']);
  });

  test('names the sources that are down, as text or JSON', async () => {
    await using app = await startTestApp({ sources: () => [up, down] });
    const text = await app.get('/-/ready');
    expect([text.status, await text.text()]).toEqual([503, 'not ready\nstap is down: Cannot read "stap.log"\n']);
    const json = await app.get('/-/ready', { Accept: 'application/json' });
    expect(json.status).toBe(503);
    expect(await json.json()).toEqual({ ready: false, down: [{ source: 'stap', detail: 'Cannot read "stap.log"' }] });
    expect((await app.get('/-/ready', { Accept: 'image/png' })).status).toBe(503);
  });

  test('sees a source come back', async () => {
    const sources = [down];
    await using app = await startTestApp({ sources: () => sources });
    expect((await app.get('/-/ready')).status).toBe(503);
    sources[0] = { ...down, up: true };
    expect((await app.get('/-/ready')).status).toBe(200);
  });
});
