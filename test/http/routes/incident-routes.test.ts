import { describe, expect, test } from 'vitest';
import { incidentDocument } from '../../../src/model/incident-document.ts';
import { sampleIncident } from '../../support/sample-incident.ts';
import { incidentPages, startTestApp } from '../test-app.ts';

const sample = sampleIncident();
const { traceId } = sample.incident;

describe('incidentRoutes', () => {
  test('shows an incident as a page or as JSON by Accept', async () => {
    await using app = await startTestApp({ incidents: incidentPages([sample]) });
    const page = await app.get(`/incidents/${traceId}`, { Accept: 'text/html' });
    expect(page.headers.get('Vary')).toContain('Accept');
    expect(await page.text()).toContain(`<h1><code>ovs-vswitchd.service</code> stopped: requested by systemctl[11733]`);
    const json = await app.get(`/incidents/${traceId}`, { Accept: 'application/json' });
    expect(json.headers.get('Vary')).toContain('Accept');
    expect(await json.json()).toEqual(incidentDocument(sample));
  });

  test('has the JSON at an address of its own, for links', async () => {
    await using app = await startTestApp({ incidents: incidentPages([sample]) });
    const response = await app.get(`/incidents/${traceId}/incident.json`, { Accept: 'text/html' });
    expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual(incidentDocument(sample));
  });

  test('offers the trace as a file', async () => {
    await using app = await startTestApp({ incidents: incidentPages([sample]) });
    const response = await app.get(`/incidents/${traceId}/trace.json`);
    expect(response.headers.get('Content-Type')).toMatch(/^application\/json/);
    expect(response.headers.get('Content-Disposition')).toBe(`attachment; filename=trace-${traceId}.json`);
    expect(await response.json()).toMatchObject({ resourceSpans: [{ scopeSpans: [{ spans: expect.any(Array) }] }] });
  });

  test('links to the stop that pulled it in as long as that is in the log', async () => {
    const cause = { unit: 'other.service', traceId: 'c'.repeat(32) };
    const pulledIn = sampleIncident({ verdict: { triggeredBy: cause } });
    const other = sampleIncident({ incident: cause });
    for (const [kept, isLinked] of [
      [[pulledIn, other], true],
      [[pulledIn], false],
    ] as const) {
      await using app = await startTestApp({ incidents: incidentPages(kept) });
      const page = await (await app.get(`/incidents/${traceId}`, { Accept: 'text/html' })).text();
      expect(page.includes(`href="/incidents/${cause.traceId}"`)).toBe(isLinked);
    }
  });

  test('finds a trace id in capital letters', async () => {
    await using app = await startTestApp({ incidents: incidentPages([sample]) });
    expect((await app.get(`/incidents/${traceId.toUpperCase()}`)).status).toBe(200);
  });

  test.each(['x', traceId.slice(1), `${traceId}0`, `g${traceId.slice(1)}`, `${traceId}%0a`])(
    'refuses the trace id %j',
    async (id) => {
      await using app = await startTestApp({ incidents: incidentPages([sample]) });
      for (const suffix of ['', '/incident.json', '/trace.json'])
        expect((await app.get(`/incidents/${id}${suffix}`)).status).toBe(400);
    },
  );

  test('answers 404 to a trace id it does not know', async () => {
    await using app = await startTestApp();
    for (const suffix of ['', '/incident.json', '/trace.json'])
      expect((await app.get(`/incidents/${traceId}${suffix}`)).status).toBe(404);
  });

  test('says 304 to who has the page already', async () => {
    await using app = await startTestApp({ incidents: incidentPages([sample]) });
    const first = await app.get(`/incidents/${traceId}`, { Accept: 'text/html' });
    const etag = first.headers.get('ETag') ?? '';
    const headers = { Accept: 'text/html', 'If-None-Match': etag, 'Cache-Control': 'max-age=0' };
    expect((await app.get(`/incidents/${traceId}`, headers)).status).toBe(304);
  });

  test('links to Jaeger only where it is told where that is', async () => {
    await using without = await startTestApp({ incidents: incidentPages([sample]) });
    expect(await (await without.get(`/incidents/${traceId}`)).text()).not.toContain('Jaeger');
    await using app = await startTestApp({ incidents: incidentPages([sample]), jaegerUrl: 'http://jaeger:16686/' });
    expect(await (await app.get(`/incidents/${traceId}`)).text()).toContain(`href="http://jaeger:16686/trace/${traceId}"`);
  });
});
