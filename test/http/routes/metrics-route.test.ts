import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startTestApp } from '../test-app.ts';

const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** fetch would unpack the body. */
async function rawBody(
  address: string,
  encoding: string,
): Promise<{ readonly encoding: string | undefined; readonly body: Buffer }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly encoding: string | undefined; readonly body: Buffer }>();
  request(address, { headers: { 'Accept-Encoding': encoding }, agent: false }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) }));
  })
    .on('error', reject)
    .end();
  return promise;
}

describe('metricsRoute', () => {
  test('hands on the Accept header, and the content type byte for byte', async () => {
    const seen: string[] = [];
    const renderMetrics = (accept: string) => {
      seen.push(accept);
      return { contentType: openMetrics, body: [Buffer.from('# EOF\n')] };
    };
    await using app = await startTestApp({ renderMetrics });
    const response = await app.get('/metrics', { Accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' });
    expect(seen).toEqual(['application/openmetrics-text;version=1.0.0,text/plain;q=0.5']);
    expect(response.headers.get('Content-Type')).toBe(openMetrics);
    expect(response.headers.get('Vary')).toBe('Accept, Accept-Encoding');
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(await response.text()).toBe('# EOF\n');
  });

  test('tells scrapers apart by address and User-Agent', async () => {
    const scrapers = new Set<string>();
    const renderMetrics = (_accept: string, scraper: { readonly name: string }) => {
      scrapers.add(scraper.name);
      return { contentType: openMetrics, body: [] };
    };
    await using app = await startTestApp({ renderMetrics });
    for (const agent of ['Prometheus/3.5.0', 'Prometheus/3.5.0', 'vmagent']) await app.get('/metrics', { 'User-Agent': agent });
    expect([...scrapers]).toEqual(['127.0.0.1 Prometheus/3.5.0 /metrics', '127.0.0.1 vmagent /metrics']);
  });

  test('compresses only for who takes it', async () => {
    // Of less and of more than is gathered before it is compressed.
    const lengths = [1, 2000, 3, 20_000, 1, 12_000, 5, 9000, 4000];
    const texts = lengths.map((length, place) => Buffer.from(`größe ${place}\n`.repeat(length)));
    const body = texts.join('');
    await using app = await startTestApp({ renderMetrics: () => ({ contentType: openMetrics, body: texts }) });
    const zipped = await rawBody(`${app.address}/metrics`, 'gzip;q=1.0,identity;q=0.5');
    expect(zipped.encoding).toBe('gzip');
    expect(zipped.body.length).toBeLessThan(body.length / 10);
    expect(gunzipSync(zipped.body).toString()).toBe(body);
    for (const encoding of ['identity', 'gzip;q=0', 'br']) {
      expect(await rawBody(`${app.address}/metrics`, encoding)).toEqual({ encoding: undefined, body: Buffer.from(body) });
    }
  });

  test('answers only at the configured path', async () => {
    await using app = await startTestApp({ telemetryPath: '/probe/me(trics)*' });
    expect((await app.get('/probe/me(trics)*')).status).toBe(200);
    expect((await app.get('/metrics')).status).toBe(404);
    expect(await (await app.get('/')).text()).toContain('href="/probe/me(trics)*"');
  });

  test('answers 500 and no half page where the metrics cannot be rendered', async () => {
    const fault = new Error('collect failed');
    await using app = await startTestApp({ renderMetrics: () => Promise.reject(fault) });
    const response = await app.get('/metrics');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('collect failed');
    expect(app.errors).toEqual([fault]);
  });
});
