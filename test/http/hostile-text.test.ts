import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorPage } from '../../src/http/pages/error-page.ts';
import { incidentListPage } from '../../src/http/pages/incident-list-page.ts';
import { incidentPage } from '../../src/http/pages/incident-page.ts';
import { landingPage } from '../../src/http/pages/landing-page.ts';
import type { ClassifiedIncident } from '../../src/model/incident.ts';
import { planSpans } from '../../src/trace/plan-spans.ts';
import { sampleIncident } from '../support/sample-incident.ts';
import { incidentPages, skeletonOf, startTestApp, traceId } from './test-app.ts';

/** An incident in which every text that comes from outside goes through `say`. */
function incidentThatSays(say: (text: string) => string): ClassifiedIncident {
  const process = {
    pid: 7,
    name: say('name'),
    command: say('command'),
    unit: say('in'),
    user: say('user'),
    session: say('s'),
    tty: say('tty'),
  };
  const witness = {
    source: 'dbus',
    atUsec: 1_600_766_128_000_000,
    origin: { file: say('file'), line: 1 },
    raw: say('raw'),
  } as const;
  const unit = say('unit');
  const evidence = [
    { ...witness, kind: 'request', unit, action: 'stop', method: say('method'), busName: say(':1.1'), sender: process },
    { ...witness, kind: 'journal', event: 'stopped', message: say('message'), exitCode: say('exited') },
    { ...witness, kind: 'unit-state', unit, activeState: 'deactivating', subState: say('sub') },
  ] as const;
  return sampleIncident({
    incident: {
      unit,
      evidence,
      related: evidence,
      invocationId: say('id'),
      host: { machineId: say('m'), bootId: say('b'), hostname: say('h') },
    },
    verdict: {
      sender: process,
      ancestry: [{ pid: 1, name: say('init') }, process],
      callPath: [{ function: say('f'), module: say('/m'), offset: 1, reliable: false }],
      rule: say('rule'),
      senderRule: say('sender-rule'),
      result: say('result'),
      exit: { code: say('code'), status: 1 },
      triggeredBy: { unit: say('trigger'), traceId: traceId(1) },
      basis: evidence,
      conflicts: [say('conflict')],
      details: { [say('key')]: say('value') },
      summary: say('summary'),
    },
  });
}

function pagesThatSay(say: (text: string) => string): readonly string[] {
  const classified = incidentThatSays(say);
  const labels = { name: say('unit'), type: 'service', cause: 'requested', sender: say('name'), sender_unit: say('in') } as const;
  const counts = [{ labels, count: 1, createdAtUsec: 0, lastStopAtUsec: 0 }];
  const filter = { unit: say('unit'), sender: say('name'), limit: 1 };
  const sources = [{ name: say('source'), up: false, detail: say('detail') }];
  return [
    incidentPage(classified, planSpans(classified), { jaegerUrl: 'http://jaeger', hasPage: () => true }),
    incidentListPage({ filter, incidents: [classified], counts, olderThan: traceId(2) }),
    incidentListPage({ filter, incidents: [], counts }),
    landingPage({ version: '1', telemetryPath: '/metrics', sources, latest: [classified] }),
    errorPage(400, say('problem')),
  ].map(String);
}

const harmless = pagesThatSay((text) => text).map(skeletonOf);
const weapons = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onfocus='alert(1)",
  '</title></pre></svg>',
  '-->',
  '&lt;b&gt;',
  '\u202e\0\r\n',
];
const weapon = fc.oneof(fc.constantFrom(...weapons), fc.string({ unit: 'binary' }));
const hostileText = fc.array(weapon, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));

describe('every page', () => {
  test('has the same tags and attributes whatever the texts say', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        // The end keeps texts apart that are apart: equal ones are folded.
        expect(pagesThatSay((plain) => `${text}${plain}`).map(skeletonOf)).toEqual(harmless);
      }),
      { numRuns: 200 },
    );
  });

  test('shows no control character and no bidi override', () => {
    for (const page of pagesThatSay((text) => `\0\x1b[31m\u202e\u2066${text}`)) {
      expect(page.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(page).toContain('⟨U+202E⟩');
    }
  });

  test.each([...weapons, `${'x'.repeat(4096)}.service`])(
    'is served over HTTP with %j in it, and never as markup',
    async (text) => {
      const classified = incidentThatSays((plain) => `${text}${plain}`);
      await using app = await startTestApp({
        incidents: incidentPages([classified]),
        sources: () => [{ name: text, up: false, detail: text }],
      });
      for (const path of [
        '/',
        '/incidents',
        `/incidents/${classified.incident.traceId}`,
        '/-/ready',
        `/incidents?unit=${encodeURIComponent(text)}`,
      ]) {
        const response = await app.get(path, { Accept: 'text/html' });
        expect([200, 503]).toContain(response.status);
        const body = await response.text();
        if (response.headers.get('Content-Type')?.startsWith('text/html') === true)
          expect(body).not.toMatch(/<script|<img src=x|onfocus='|<b>alert/);
        else expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
      }
      expect(app.errors).toEqual([]);
    },
  );

  test('puts no text from outside into a header', async () => {
    const unit = 'x\r\nSet-Cookie: a=b\r\n\r\n<script>';
    const incidents = [1, 2].map((number) => sampleIncident({ incident: { traceId: traceId(number), unit } }));
    await using app = await startTestApp({ incidents: incidentPages(incidents) });
    const response = await app.get(`/incidents?limit=1&unit=${encodeURIComponent(unit)}`, { Accept: 'application/json' });
    expect(response.headers.get('Link')).toMatch(/^<[!-~]*>; rel="next"$/);
    expect(response.headers.get('Set-Cookie')).toBeNull();
  });
});
