import { describe, expect, test } from 'vitest';
import { sampleIncident } from '../support/sample-incident.ts';
import { incidentPages, startTestApp } from './test-app.ts';

const sample = sampleIncident();
const sampleAddress = `/incidents/${sample.incident.traceId}`;
const everyPath = [
  '/',
  '/metrics',
  '/-/healthy',
  '/-/ready',
  '/incidents',
  sampleAddress,
  '/assets/style.css',
  '/nowhere',
  '/incidents/x',
];

describe('createHttpApp', () => {
  test.each(everyPath)('sends the security headers with %s', async (path) => {
    await using app = await startTestApp({ incidents: incidentPages([sample]) });
    const { headers } = await app.get(path);
    const policy = headers.get('Content-Security-Policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toMatch(/unsafe|\*|script-src|data:/);
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(headers.get('Cache-Control')).toMatch(/no-store|private, no-cache|^public/);
    expect(headers.get('X-Powered-By')).toBeNull();
  });

  test.each(['/', '/incidents', sampleAddress])('keeps %s out of shared caches', async (path) => {
    await using app = await startTestApp({ incidents: incidentPages([sample]) });
    expect((await app.get(path)).headers.get('Cache-Control')).toBe('private, no-cache');
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('refuses %s everywhere and says what is allowed', async (method) => {
    await using app = await startTestApp();
    for (const path of everyPath) {
      const response = await app.get(path, {}, method);
      expect(response.status).toBe(405);
      expect(response.headers.get('Allow')).toBe('GET, HEAD');
    }
  });

  test('answers HEAD with the headers of GET and no body', async () => {
    await using app = await startTestApp({ incidents: incidentPages([sample]) });
    for (const path of ['/', '/metrics', sampleAddress]) {
      const response = await app.get(path, {}, 'HEAD');
      expect(response.status).toBe(200);
      expect(Number(response.headers.get('Content-Length'))).toBeGreaterThan(0);
      expect(await response.text()).toBe('');
    }
  });

  test('answers an unknown address with 404 in the form asked for', async () => {
    await using app = await startTestApp();
    const page = await app.get('/nowhere', { Accept: 'text/html' });
    expect(page.status).toBe(404);
    expect(await page.text()).toContain('<h1>404 Not Found</h1>');
    const json = await app.get('/nowhere', { Accept: 'application/json' });
    expect(await json.json()).toEqual({ error: 'Nothing is at this address' });
    const text = await app.get('/nowhere', { Accept: 'image/png' });
    expect(text.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
    expect(await text.text()).toBe('Nothing is at this address\n');
  });

  test('answers 406 where it has no such form', async () => {
    await using app = await startTestApp({ incidents: incidentPages([sample]) });
    expect((await app.get(sampleAddress, { Accept: 'image/png' })).status).toBe(406);
  });

  test.each(['/incidents/%E0%A4%A', '/%00%ff', '/incidents/..%2f..%2fetc%2fpasswd'])(
    'answers %s with 4xx and reports no fault of its own',
    async (path) => {
      await using app = await startTestApp();
      const response = await app.get(path);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      expect(app.errors).toEqual([]);
    },
  );

  test('tells its own fault to onError and not to whoever asked', async () => {
    const fault = new Error('SQLITE_CORRUPT in /var/lib/secret.db');
    const { log, ...pages } = incidentPages([]);
    const failing = {
      ...log,
      find: () => {
        throw fault;
      },
    };
    await using app = await startTestApp({ incidents: { ...pages, log: failing } });
    for (const Accept of ['text/html', 'application/json', 'text/plain']) {
      const response = await app.get(sampleAddress, { Accept });
      expect(response.status).toBe(500);
      expect(await response.text()).not.toMatch(/SQLITE|secret|at .*\.ts|node_modules/);
    }
    expect(app.errors).toEqual([fault, fault, fault]);
  });

  test('has no incident routes where incidents are not to be shown', async () => {
    await using app = await startTestApp({ incidents: false });
    for (const path of ['/incidents', sampleAddress, '/incidents/all.json', `${sampleAddress}/trace.json`]) {
      expect((await app.get(path)).status).toBe(404);
    }
    const landing = await (await app.get('/')).text();
    expect(landing).not.toContain('Latest incidents');
    expect(landing).not.toContain('every stop with its proof');
  });
});
