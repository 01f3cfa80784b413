import { describe, expect, test } from 'vitest';
import { startTestApp } from '../test-app.ts';

describe('assetRoutes', () => {
  test('serves every asset a page names, and the browser may keep it', async () => {
    await using app = await startTestApp();
    const page = await (await app.get('/')).text();
    const addresses = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]*)"/g)].map(([, address]) => address ?? '');
    expect(new Set(addresses).size).toBe(2);
    for (const address of addresses) {
      const response = await app.get(address);
      expect(response.status).toBe(200);
      expect(response.headers.get('Content-Type')).toMatch(/^(text\/css|image\/svg\+xml); charset=utf-8$/);
      expect(response.headers.get('Cache-Control')).toBe('public, max-age=604800');
    }
  });

  test('answers an unknown asset with 404', async () => {
    await using app = await startTestApp();
    expect((await app.get('/assets/..%2f..%2fpackage.json')).status).toBe(404);
  });
});
