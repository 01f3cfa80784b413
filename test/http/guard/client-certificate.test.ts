import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alternativeNames, hasAllowedSan } from '../../../src/http/guard/client-certificate.ts';
import { makeStranger } from '../../support/certificates.ts';

describe('alternativeNames', () => {
  test('reads names as Node writes them, also those that try to be several', () => {
    expect(alternativeNames('DNS:a.example, URI:spiffe://x/y, email:a@b, IP Address:1.2.3.4')).toEqual([
      'a.example',
      'spiffe://x/y',
      'a@b',
    ]);
    expect(alternativeNames('DNS:"a, DNS:evil", URI:b')).toEqual(['a, DNS:evil', 'b']);
    expect(alternativeNames('')).toEqual([]);
  });
});

describe('hasAllowedSan', () => {
  let directory: string;
  let certificate: X509Certificate;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'san-'));
    const names =
      'DNS:scraper.example,DNS:*.wild.example,URI:spiffe://cluster/prometheus,email:ops@example,IP:192.0.2.7,IP:2001:db8::1';
    certificate = new X509Certificate(readFileSync(makeStranger(directory, 'common-name.example', names).cert));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test.each(['scraper.example', '*.wild.example', 'spiffe://cluster/prometheus', 'ops@example', '192.0.2.7', '2001:db8::1'])(
    'finds %s',
    (san) => expect(hasAllowedSan(certificate, ['other', san])).toBe(true),
  );

  test.each(['common-name.example', 'a.wild.example', 'scraper', 'spiffe://cluster/', '192.0.2.8', ''])(
    'does not find %j',
    (san) => {
      expect(hasAllowedSan(certificate, [san])).toBe(false);
    },
  );
});
