import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Authority, type CertificateFiles, makeAuthority, makeStranger } from '../support/certificates.ts';
import { curl } from './support/curl.ts';
import { type ServingExporter, startServe } from './support/exporter.ts';
import { isInstalled } from './support/installed.ts';

const password = 'correct horse';
const hash = hashSync(password, 5);

describe.skipIf(!isInstalled('curl') || !isInstalled('openssl'))('--web.config.file, asked by curl', () => {
  let directory: string;
  let path: string;
  let authority: Authority;
  let server: CertificateFiles;
  let scraper: CertificateFiles;
  let stranger: CertificateFiles;
  let exporter: ServingExporter;

  /** Changes the file as editors and configuration management do. */
  function write(text: string): void {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  }

  const ask = (...parameters: readonly string[]) => curl(`${exporter.base}/metrics`, '--cacert', authority.cert, ...parameters);
  const as = ({ cert, key }: CertificateFiles) => ['--cert', cert, '--key', key];
  const tls = (more = '') => `tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n${more}`;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'web-config-'));
    path = join(directory, 'web.yml');
    authority = makeAuthority(directory);
    server = authority.issue('server', 'DNS:localhost,IP:127.0.0.1', 'serverAuth');
    scraper = authority.issue('scraper', 'DNS:scraper.example,URI:spiffe://cluster/prometheus,IP:192.0.2.7');
    stranger = makeStranger(directory, 'stranger', 'DNS:scraper.example');
    write(tls());
    exporter = await startServe([`--web.config.file=${path}`, `--source.stap.log=${join(directory, 'none.log')}`]);
  }, 60_000);
  afterAll(async () => {
    await exporter?.[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true });
  });

  test('serves TLS, and plain HTTP no more', async () => {
    expect(exporter.base).toMatch(/^https:/);
    expect(await ask()).toBe(200);
    expect(await curl(`${exporter.base}/metrics`)).toBe('curl 60');
    expect(await curl(`${exporter.base.replace('https', 'http')}/metrics`)).toMatch(/^curl (?:1|52|56)$/);
  });

  const ca = '  client_ca_file: authority.pem\n';
  const [sent, anonymous] = [200, /^curl (?:35|52|55|56)$/];
  test.each([
    ['NoClientCert', '', { nobody: sent, scraper: sent, stranger: sent }],
    ['RequestClientCert', ca, { nobody: sent, scraper: sent, stranger: sent }],
    ['RequireAnyClientCert', ca, { nobody: anonymous, scraper: sent, stranger: sent }],
    ['RequireClientCert', ca, { nobody: anonymous, scraper: sent, stranger: sent }],
    ['VerifyClientCertIfGiven', ca, { nobody: sent, scraper: sent, stranger: anonymous }],
    ['RequireAndVerifyClientCert', ca, { nobody: anonymous, scraper: sent, stranger: anonymous }],
  ] as const)('holds %s from the next connection on', async (type, more, expected) => {
    for (const version of ['1.2', '1.3']) {
      write(tls(`  client_auth_type: ${type}\n  max_version: TLS${version.replace('.', '')}\n${more}`));
      const seen = { nobody: await ask(), scraper: await ask(...as(scraper)), stranger: await ask(...as(stranger)) };
      for (const who of ['nobody', 'scraper', 'stranger'] as const) {
        if (expected[who] === sent) expect([version, who, seen[who]]).toEqual([version, who, 200]);
        else expect(seen[who]).toMatch(anonymous);
      }
    }
  });

  test.each([
    ['RequireAndVerifyClientCert', 'scraper.example', sent],
    ['RequireAndVerifyClientCert', 'spiffe://cluster/prometheus', sent],
    ['RequireAndVerifyClientCert', '192.0.2.7', sent],
    ['RequireAndVerifyClientCert', 'scraper', anonymous],
    ['RequireAnyClientCert', 'other.example', anonymous],
  ] as const)('lets in with %s who is called %s', async (type, san, expected) => {
    write(tls(`  client_auth_type: ${type}\n${ca}  client_allowed_sans: ["${san}"]\n`));
    const status = await ask(...as(scraper));
    if (expected === sent) expect(status).toBe(200);
    else expect(status).toMatch(anonymous);
  });

  test('holds versions and cipher suites', async () => {
    write(tls('  min_version: TLS13\n'));
    expect([await ask(), await ask('--tls-max', '1.2')]).toEqual([200, 'curl 35']);
    write(tls('  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n'));
    const old = ['--tls-max', '1.2', '--ciphers'];
    expect(await ask(...old, 'ECDHE-ECDSA-AES256-GCM-SHA384')).toBe(200);
    expect(await ask(...old, 'ECDHE-ECDSA-AES128-GCM-SHA256')).toBe('curl 35');
    write(tls('  min_version: TLS10\n  max_version: TLS11\n'));
    expect(await ask('--tls-max', '1.1', '--tlsv1.1', '--ciphers', 'DEFAULT@SECLEVEL=0')).toBe(200);
    write(tls('  curve_preferences: [CurveP384]\n'));
    expect([await ask('--curves', 'P-384'), await ask('--curves', 'P-256')]).toEqual([200, 'curl 35']);
  });

  test('asks for a password, everywhere', async () => {
    write(tls(`basic_auth_users:\n  alice: ${hash}\n`));
    for (const address of ['/metrics', '/', '/incidents', '/-/healthy', '/nowhere']) {
      expect([address, await curl(exporter.base + address, '--cacert', authority.cert)]).toEqual([address, 401]);
      const status = await curl(exporter.base + address, '--cacert', authority.cert, '-u', `alice:${password}`);
      expect([address, status]).toEqual([address, address === '/nowhere' ? 404 : 200]);
    }
    expect(await ask('-u', 'alice:wrong')).toBe(401);
    expect(await ask('-u', `bob:${password}`)).toBe(401);
    expect(await ask('-H', 'Authorization: Bearer x')).toBe(401);
  });

  test('limits the rate of all together', async () => {
    write(tls('rate_limit:\n  interval: 1h\n  burst: 3\n'));
    const seen = [await ask(), await ask(), await ask(), await ask(), await ask()];
    expect(seen).toEqual([200, 200, 200, 429, 429]);
  });

  test('sends the headers that it names, in the place of its own', async () => {
    write(tls('http_server_config:\n  headers:\n    X-Frame-Options: sameorigin\n    Strict-Transport-Security: max-age=60\n'));
    const headers = join(directory, 'headers');
    expect(await ask('-D', headers)).toBe(200);
    expect(readFileSync(headers, 'utf8')).toMatch(
      /x-frame-options: sameorigin\r\n[\s\S]*strict-transport-security: max-age=60\r\n/i,
    );
  });

  test('takes a renewed certificate without a restart', async () => {
    write(tls());
    const later = makeAuthority(directory, 'later');
    const renewed = later.issue('renewed', 'DNS:localhost,IP:127.0.0.1', 'serverAuth');
    copyFileSync(renewed.cert, server.cert);
    // Between the two copies certificate and key do not belong together: what was in force stays so.
    expect(await ask()).toBe(200);
    copyFileSync(renewed.key, server.key);
    expect(await curl(`${exporter.base}/metrics`, '--cacert', later.cert)).toBe(200);
    expect(await ask()).toBe('curl 60');
    await exporter.process.says(/read again/);
    authority = later;
  });

  test('keeps what was in force where the file is changed for the worse, and says so with the line', async () => {
    write(tls(`basic_auth_users:\n  alice: ${hash}\n`));
    expect(await ask()).toBe(401);
    write(tls('basic_auth_users:\n  alice: plain\n'));
    expect([await ask(), await ask('-u', `alice:${password}`), await ask('-u', 'alice:plain')]).toEqual([401, 200, 401]);
    await exporter.process.says(/mistakes[^\n]*web\.yml:5: basic_auth_users\.alice/);
    rmSync(path);
    expect([await ask(), await ask('-u', `alice:${password}`)]).toEqual([401, 200]);
    write(tls());
    expect(await ask()).toBe(200);
  });
});
