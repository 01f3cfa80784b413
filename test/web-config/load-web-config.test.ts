import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadWebConfig } from '../../src/web-config/load-web-config.ts';
import { type CertificateFiles, makeAuthority } from '../support/certificates.ts';

let directory: string;
let path: string;
let server: CertificateFiles;
let other: CertificateFiles;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'web-config-'));
  path = join(directory, 'web.yml');
  const authority = makeAuthority(directory);
  server = authority.issue('server', 'DNS:localhost', 'serverAuth');
  other = authority.issue('other', 'DNS:localhost', 'serverAuth');
});
afterAll(() => rmSync(directory, { recursive: true }));

function load(text: string) {
  writeFileSync(path, text);
  return loadWebConfig(path);
}

/** Without the file's own name. */
function mistakes(text: string): readonly string[] {
  return load(text).mistakes.map((mistake) => mistake.replace(path, 'web.yml'));
}

const withTls = 'tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n';
const hash = '$2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze';

describe('loadWebConfig', () => {
  test.each(['', '# nothing\n', 'tls_server_config:\nrate_limit:\nbasic_auth_users:\n', 'rate_limit: {interval: 0}'])(
    'takes %j for plain HTTP that is open to all',
    (text) => {
      expect(load(text).config).toEqual({ tls: undefined, headers: {}, users: new Map(), rateLimit: undefined });
    },
  );

  test('reads users, headers and the rate limit', () => {
    const { config, mistakes: wrong } = load(
      `basic_auth_users:\n  alice: ${hash}\n  7: "${hash}"\nrate_limit:\n  interval: 1m1.5s\n  burst: 20\n` +
        'http_server_config:\n  http2: yes\n  headers:\n    X-Frame-Options: sameorigin\n    Strict-Transport-Security: max-age=1\n',
    );
    expect(wrong).toEqual([]);
    expect(config).toEqual({
      tls: undefined,
      headers: { 'X-Frame-Options': 'sameorigin', 'Strict-Transport-Security': 'max-age=1' },
      users: new Map([
        ['alice', hash],
        ['7', hash],
      ]),
      rateLimit: { intervalMs: 61_500, burst: 20 },
    });
  });

  test('reads TLS, with paths from where the file is, and names the files that it depends on', () => {
    const { config, files } = load(
      `${withTls}  client_ca_file: authority.pem\n  client_auth_type: RequireAndVerifyClientCert\n` +
        '  client_allowed_sans: [a, b]\n  min_version: TLS13\n  cipher_suites: [TLS_AES_128_GCM_SHA256]\n' +
        '  curve_preferences:\n    - CurveP384\n    - X25519\n  prefer_server_cipher_suites: false\n',
    );
    expect(config?.tls).toMatchObject({ clientAuth: 'require-and-verify', allowedSans: ['a', 'b'] });
    expect(config?.tls?.options).toMatchObject({
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
      ecdhCurve: 'P-384:X25519',
      honorCipherOrder: false,
      ca: [`${readFileSync(join(directory, 'authority.pem'), 'utf8').trim()}\n`],
    });
    expect(files).toEqual(['web.yml', 'server.pem', 'server.key', 'authority.pem'].map((name) => join(directory, name)));
  });

  test('reads a certificate and a key that stand in the file itself', () => {
    const indented = (file: string) => readFileSync(file, 'utf8').trim().replaceAll('\n', '\n    ');
    const { config } = load(
      `tls_server_config:\n  cert: |\n    ${indented(server.cert)}\n  key: |\n    ${indented(server.key)}\n`,
    );
    expect(config?.tls?.options.cert).toContain('BEGIN CERTIFICATE');
  });

  test.each([
    ['a: [', ['web.yml:1: is no YAML:']],
    ['- a\n', ['web.yml:1: is no section with keys of its own']],
    [`\ntls_server_confg:\n`, ['web.yml:2: tls_server_confg: Unknown key "tls_server_confg": did you mean "tls_server_config"?']],
    ['rate_limit:\n  interval: 1s\n  interval: 2s\n', ['web.yml:3: is no YAML:']],
    [
      'rate_limit:\n  interval: 1\n  burst: -1\n',
      [
        'web.yml:2: rate_limit.interval: "1" is no duration such as "1s" or "1h30m"',
        'web.yml:3: rate_limit.burst: "-1" is no number of requests',
      ],
    ],
    ['rate_limit:\n  interval: 1s\n', ['web.yml:1: rate_limit: a burst of none lets no request through']],
    ['basic_auth_users: [alice]\n', ['web.yml:1: basic_auth_users: is no section with keys of its own']],
    ['basic_auth_users:\n  alice:\n', ['web.yml:2: basic_auth_users.alice: is no hash of bcrypt']],
    ['http_server_config:\n  http2: maybe\n', ['web.yml:2: http_server_config.http2: is neither true nor false']],
    [
      'http_server_config:\n  headers:\n    X-Frame-Options: allow\n    Server: x\n    X-XSS-Protection: "a\\r\\nb"\n',
      [
        'web.yml:3: http_server_config.headers.X-Frame-Options: "allow" is none of "deny", "sameorigin"',
        'web.yml:4: http_server_config.headers.Server: Unknown key "Server"',
        'web.yml:5: http_server_config.headers.X-XSS-Protection: has a character that no header can have',
      ],
    ],
    [
      'tls_server_config:\n  client_auth_type: NoClientCert\n',
      [
        'web.yml:1: tls_server_config: it has neither cert nor cert_file',
        'web.yml:1: tls_server_config: it has neither key nor key_file',
      ],
    ],
    [`${withTls}  client_auth_type: Any\n`, ['web.yml:4: tls_server_config.client_auth_type: "Any" is none of "NoClientCert"']],
    [
      `${withTls}  min_version: TLS14\n  cipher_suites: [ROT13]\n`,
      [
        'web.yml:4: tls_server_config.min_version: "TLS14" is none of "TLS10", "TLS11", "TLS12", "TLS13"',
        'web.yml:5: tls_server_config.cipher_suites: "ROT13" is none of',
      ],
    ],
    [`${withTls}  min_version: TLS13\n  max_version: TLS12\n`, ['web.yml:5: max_version is below min_version']],
    [`${withTls}  client_ca_file: authority.pem\n`, ['web.yml:4: a client CA without a client_auth_type']],
    [`${withTls}  client_allowed_sans: [a]\n`, ['web.yml:4: client_allowed_sans needs the client_auth_type']],
    [
      `${withTls}  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: server.key\n`,
      ['web.yml:5: has no certificate in PEM'],
    ],
    [`tls_server_config:\n  cert_file: server.pem\n  key_file: other.key\n`, ['web.yml:3: is not the key of the certificate']],
    [`tls_server_config:\n  cert_file: server.pem\n  key_file: server.pem\n`, ['web.yml:3: has no private key in PEM']],
    [`tls_server_config:\n  cert_file: gone.pem\n  key_file: server.key\n`, ['web.yml:2: cannot read']],
    [`tls_server_config:\n  cert: nonsense\n  key_file: server.key\n`, ['web.yml:2: has no certificate in PEM']],
  ])('refuses %j with its line', (text, expected) => {
    const found = mistakes(text);
    expect(load(text).config).toBeUndefined();
    expect(found).toHaveLength(expected.length);
    for (const [index, mistake] of expected.entries()) expect(found[index]).toContain(mistake);
  });

  test('says of a file that cannot be read why', () => {
    expect(loadWebConfig(join(directory, 'gone.yml')).mistakes).toEqual([
      `cannot read ${JSON.stringify(join(directory, 'gone.yml'))}: no such file`,
    ]);
  });

  test('repeats neither hash nor key', () => {
    const secret = 'MIGHAgEAMBMGByqGSM49';
    const said = mistakes(
      `basic_auth_users: {alice: "$2y$10$${secret}"}\ntls_server_config: {cert: a, key: "${secret}", min_version: ${other.key}}\n`,
    );
    expect(said.length).toBeGreaterThan(2);
    expect(said.join()).not.toContain(secret);
  });

  test('never throws, and says a line for each mistake, whatever the file holds', () => {
    const piece = fc.constantFrom(
      ...[
        'tls_server_config',
        'basic_auth_users',
        'rate_limit',
        'interval',
        'cert',
        ': ',
        '\n',
        '  ',
        '- ',
        '[',
        '{',
        '&a ',
        '*a',
        '"',
        '|',
        '\t',
        '\0',
      ],
    );
    const file = fc.oneof(
      fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(file, (text) => {
        const { config, mistakes: wrong } = load(text);
        expect(config === undefined).toBe(wrong.length > 0);
        for (const mistake of wrong) expect(mistake.slice(path.length)).toMatch(/^:\d+: /);
      }),
      { numRuns: 300 },
    );
  });
});
