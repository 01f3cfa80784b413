import { describe, expect, test } from 'vitest';
import { incidentDocument } from '../../../src/model/incident-document.ts';
import { sampleIncident } from '../../support/sample-incident.ts';
import { incidentPages, startTestApp, traceId } from '../test-app.ts';

const count = { count: 1234, createdAtUsec: 0, lastStopAtUsec: 0 };
const labels = { name: 'a.service', type: 'service', cause: 'signal', sender: 'kill', sender_unit: '' } as const;

function incidents(length: number) {
  return Array.from({ length }, (_, index) =>
    sampleIncident({
      incident: { traceId: traceId(index), unit: index % 2 === 0 ? 'even.service' : 'odd.service' },
      verdict: { cause: index === 3 ? 'signal' : 'requested' },
    }),
  );
}

describe('incidentListRoutes', () => {
  test('gives the documents as JSON to who asks for JSON, and says so to caches', async () => {
    const log = incidents(2);
    await using app = await startTestApp({ incidents: incidentPages(log) });
    const response = await app.get('/incidents', { Accept: 'application/json' });
    expect(response.headers.get('Vary')).toContain('Accept');
    expect(await response.json()).toEqual({ incidents: log.map(incidentDocument) });
    expect(await (await app.get('/incidents/all.json')).json()).toEqual({ incidents: log.map(incidentDocument) });
    expect((await app.get('/incidents', { Accept: 'text/html,*/*;q=0.8' })).headers.get('Content-Type')).toMatch(/^text\/html/);
  });

  test('filters by unit and cause, and the form remembers', async () => {
    await using app = await startTestApp({ incidents: incidentPages(incidents(6)) });
    const page = await (await app.get('/incidents?unit=odd.service&cause=signal&sender=')).text();
    expect(page.match(/href="\/incidents\/[0-9a-f]{32}"/g)).toEqual([`href="/incidents/${traceId(3)}"`]);
    expect(page).toContain('value="odd.service"');
    expect(page).toContain('<option selected>signal</option>');
  });

  test('leads from page to page until the end, in HTML and JSON', async () => {
    await using app = await startTestApp({ incidents: incidentPages(incidents(5)) });
    const seen: string[] = [];
    const seenAsJson: string[] = [];
    let next: string | undefined = '/incidents?limit=2';
    while (next !== undefined) {
      const page = await (await app.get(next)).text();
      seen.push(...[...page.matchAll(/href="\/incidents\/([0-9a-f]{32})"/g)].map(([, id]) => id ?? ''));
      next = /rel="next" href="([^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&');
    }
    let link: string | undefined = '/incidents/all.json?limit=2';
    while (link !== undefined) {
      const response = await app.get(link);
      const body = (await response.json()) as { incidents: { trace_id: string }[] };
      seenAsJson.push(...body.incidents.map(({ trace_id }) => trace_id));
      link = /<([^>]*)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
    }
    expect(seen).toEqual([0, 1, 2, 3, 4].map(traceId));
    expect(seenAsJson).toEqual(seen);
  });

  test('counts by cause, and each count leads to its incidents', async () => {
    await using app = await startTestApp({ incidents: incidentPages(incidents(1), [{ ...count, labels }]) });
    const page = await (await app.get('/incidents?cause=signal')).text();
    expect(page).toContain('1,234 stops counted');
    expect(page).toMatch(/href="\/incidents\?cause=signal" aria-current="true">signal <b>1,234<\/b>/);
    expect(page).not.toContain('cause=watchdog');
    expect(page).toContain('<option value="a.service">');
  });

  test('tells an empty log from a filter that matches nothing', async () => {
    await using app = await startTestApp();
    expect(await (await app.get('/incidents')).text()).toContain('No stop has been seen yet');
    expect(await (await app.get('/incidents?unit=x')).text()).toContain('No incident matches');
  });

  test('refuses a wrong filter in the form asked for', async () => {
    await using app = await startTestApp();
    const response = await app.get('/incidents?cause=boredom&before=x', { Accept: 'application/json' });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: expect.stringMatching(/"cause" is not one of .*; "before" is not a trace id/),
    });
    expect((await app.get('/incidents?unit=a&unit=b')).status).toBe(400);
  });
});
