import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { sampleIncident } from '../support/sample-incident.ts';
import { incidentPages, startTestApp, type TestApp, traceId } from './test-app.ts';

const secret = 'who-runs-what.service';
const incidents = incidentPages([sampleIncident({ incident: { traceId: traceId(1), unit: secret } })]);

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** `fetch` does not let one choose the Host. */
function ask(app: TestApp, path: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(app.address + path, { headers: { Accept: 'text/html', ...headers } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.on('error', reject).end();
  });
}

const addresses = [
  '/incidents',
  '/incidents/all.json',
  `/incidents/${traceId(1)}`,
  `/incidents/${traceId(1)}/trace.json`,
] as const;

async function statuses(app: TestApp, headers: Readonly<Record<string, string>>): Promise<readonly number[]> {
  return Promise.all(addresses.map(async (path) => (await ask(app, path, headers)).status));
}

const shown = addresses.map(() => 200);
const refused = addresses.map(() => 403);

describe('incidents', () => {
  test.each(['localhost', 'localhost:19558', 'x.localhost', '127.0.0.1:19558', '127.8.9.1', '[::1]:19558', '[::ffff:127.0.0.1]'])(
    'are shown to who asks on this host for %s',
    async (host) => {
      await using app = await startTestApp({ incidents });
      expect(await statuses(app, { Host: host })).toEqual(shown);
    },
  );

  test.each([
    [{ Host: 'rebound.example' }],
    [{ Host: 'localhost.example:19558' }],
    [{ Host: '192.0.2.1' }],
    [{ Host: '127.0.0.1.example' }],
    [{ 'X-Forwarded-For': '127.0.0.1' }],
    [{ Forwarded: 'for=192.0.2.1' }],
    [{ Via: '1.1 proxy' }],
  ])('are not shown to who may be elsewhere: %j', async (headers) => {
    await using app = await startTestApp({ incidents });
    expect(await statuses(app, headers)).toEqual(refused);
    const landing = await ask(app, '/', headers);
    expect(landing.body).toContain('Incidents are shown on this host alone');
    expect(landing.body).not.toContain(secret);
    expect(landing.body).not.toContain('every stop with its proof');
  });

  test('are shown to nobody where nobody can show who they are', async () => {
    await using app = await startTestApp({ incidents, incidentAccess: 'authenticated' });
    expect(await statuses(app, {})).toEqual(refused);
  });

  test('are shown to all where the operator says so', async () => {
    await using app = await startTestApp({ incidents, incidentAccess: 'public' });
    expect(await statuses(app, { Host: 'stops.example', 'X-Forwarded-For': '192.0.2.1' })).toEqual(shown);
  });

  test('are at no address where they are off, and metrics and health are', async () => {
    await using app = await startTestApp({ incidents: false });
    expect(await statuses(app, {})).toEqual(addresses.map(() => 404));
    const others = ['/metrics', '/-/healthy', '/-/ready', '/'];
    expect(await Promise.all(others.map(async (path) => (await ask(app, path, { Host: 'x' })).status))).toEqual([
      200, 200, 200, 200,
    ]);
  });
});
