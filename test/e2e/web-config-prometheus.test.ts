import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadWebConfig } from '../../src/web-config/load-web-config.ts';
import { makeAuthority, makeStranger } from '../support/certificates.ts';
import { freePort } from '../support/free-port.ts';
import { curl } from './support/curl.ts';
import { startServe } from './support/exporter.ts';
import { isInstalled, pathOf } from './support/installed.ts';
import { startPrometheus } from './support/prometheus.ts';
import { RunningProcess } from './support/running-process.ts';

const password = 'correct horse';

describe.skipIf(!isInstalled('prometheus') || !isInstalled('openssl'))(
  'one web configuration, for the exporter and Prometheus',
  () => {
    let directory: string;
    let path: string;
    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), 'web-config-'));
      path = join(directory, 'web.yml');
      const authority = makeAuthority(directory);
      authority.issue('server', 'DNS:localhost,IP:127.0.0.1', 'serverAuth');
      authority.issue('scraper', 'DNS:scraper.example');
      makeStranger(directory, 'stranger', 'DNS:scraper.example');
    });
    afterAll(() => rmSync(directory, { recursive: true }));

    const file = (name: string) => join(directory, name);
    const strict = `tls_server_config:
  cert_file: server.pem
  key_file: server.key
  client_ca_file: authority.pem
  client_auth_type: RequireAndVerifyClientCert
http_server_config:
  headers:
    X-Frame-Options: deny
basic_auth_users:
  alice: ${hashSync(password, 5)}
`;

    test('lets in the same, and keeps out the same', async () => {
      writeFileSync(path, strict);
      await using exporter = await startServe([`--web.config.file=${path}`, `--source.stap.log=${file('none.log')}`]);
      const port = await freePort();
      writeFileSync(file('prometheus.yml'), '{}');
      await using prometheus = new RunningProcess(pathOf('prometheus'), [
        `--config.file=${file('prometheus.yml')}`,
        `--storage.tsdb.path=${file('data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        `--web.config.file=${path}`,
      ]);
      await prometheus.says(/Server is ready/);
      const login = (text: string) => ['-u', text];
      const certificate = (name: string) => ['--cert', file(`${name}.pem`), '--key', file(`${name}.key`)];
      const attempts = {
        nobody: [],
        password: login(`alice:${password}`),
        certificate: certificate('scraper'),
        both: [...certificate('scraper'), ...login(`alice:${password}`)],
        stranger: [...certificate('stranger'), ...login(`alice:${password}`)],
        wrong: [...certificate('scraper'), ...login('alice:wrong')],
        unknown: [...certificate('scraper'), ...login(`bob:${password}`)],
      };
      const seen: Record<string, readonly (string | number)[]> = {};
      for (const [name, parameters] of Object.entries(attempts)) {
        const ask = (base: string) => curl(`${base}/metrics`, '--cacert', file('authority.pem'), ...parameters);
        const answers = [await ask(exporter.base), await ask(`https://127.0.0.1:${port}`)];
        // How a connection ends that is not wanted differs between TLS libraries; that it ends does not.
        seen[name] = answers.map((answer) => (typeof answer === 'string' ? 'no answer' : answer));
      }
      expect(seen).toEqual({
        nobody: ['no answer', 'no answer'],
        password: ['no answer', 'no answer'],
        certificate: [401, 401],
        both: [200, 200],
        stranger: ['no answer', 'no answer'],
        wrong: [401, 401],
        unknown: [401, 401],
      });
    }, 60_000);

    test('is scraped by Prometheus with certificate and password, and not without', async () => {
      writeFileSync(path, strict);
      await using exporter = await startServe([`--web.config.file=${path}`, `--source.stap.log=${file('none.log')}`]);
      const target = exporter.base.replace('https://', '');
      const tls_config = { ca_file: file('authority.pem'), cert_file: file('scraper.pem'), key_file: file('scraper.key') };
      const basic_auth = { username: 'alice', password };
      await using prometheus = await startPrometheus(
        { whole: target, passwordless: target, certless: target },
        {
          whole: { scheme: 'https', tls_config, basic_auth },
          passwordless: { scheme: 'https', tls_config },
          certless: { scheme: 'https', tls_config: { ca_file: file('authority.pem') }, basic_auth },
        },
      );
      expect(await prometheus.until('up{job="whole"} == 1', (series) => series.length === 1)).toHaveLength(1);
      const found = await prometheus.until('systemd_stop_exporter_build_info', (series) => series.length > 0);
      expect(found.map(({ metric }) => metric['job'])).toEqual(['whole']);
      expect(await prometheus.until('up == 0', (series) => series.length === 2)).toHaveLength(2);
    }, 60_000);

    const begin = 'tls_server_config: {cert_file: server.pem, key_file: server.key';
    test.each([
      ['', true],
      [`${begin}}`, true],
      [`${begin}, client_auth_type: VerifyClientCertIfGiven, client_ca_file: authority.pem}`, true],
      [`${begin}, client_auth_type: RequireClientCert}`, true],
      [`${begin}, min_version: TLS12, max_version: TLS13, prefer_server_cipher_suites: yes}`, true],
      [`${begin}, cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256]}`, true],
      [`${begin}, curve_preferences: [CurveP256, CurveP384, CurveP521, X25519]}`, true],
      ['http_server_config: {http2: false, headers: {X-Content-Type-Options: nosniff}}', true],
      ['basic_auth_users: {alice: $2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze}', true],
      ['tls_server_config: {client_auth_type: NoClientCert}', false],
      ['tls_server_config: {cert_file: server.pem}', false],
      ['tls_server_config: {cert_file: server.pem, key_file: scraper.key}', false],
      [`${begin}, client_auth_type: Always}`, false],
      [`${begin}, client_ca_file: authority.pem}`, false],
      [`${begin}, client_ca_file: gone.pem, client_auth_type: RequestClientCert}`, false],
      [`${begin}, min_version: TLS99}`, false],
      [`${begin}, cipher_suites: [ROT13]}`, false],
      [`${begin}, curve_preferences: [CurveP257]}`, false],
      ['http_server_config: {headers: {X-Frame-Options: allow}}', false],
      ['http_server_config: {headers: {Server: x}}', false],
      ['basic_auth_users: {alice: secret}', false],
      ['basic_auth: {alice: x}', false],
      ['- a', false],
      ['a: [', false],
    ])('takes %j as promtool does', (text, isRight) => {
      writeFileSync(path, text);
      expect(loadWebConfig(path).mistakes.length === 0).toBe(isRight);
      const check = () => execFileSync(pathOf('promtool'), ['check', 'web-config', path], { stdio: 'pipe' });
      if (isRight) check();
      else expect(check).toThrow();
    });
  },
);
