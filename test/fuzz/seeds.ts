import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scenarios = join(root, 'test/scenarios');

/** Different lines of all recordings whose file name begins so. */
export function recordedLines(prefix: string, limit = 3000): readonly string[] {
  const lines = new Set<string>();
  for (const scenario of readdirSync(scenarios))
    for (const name of readdirSync(join(scenarios, scenario)))
      if (name.startsWith(prefix))
        for (const line of readFileSync(join(scenarios, scenario, name), 'utf8')
          .split('\n')
          .slice(0, 400))
          lines.add(line);
  return [...lines].slice(0, limit);
}

/** What the kernel printed of PID 1. */
export function recordedTraces(): readonly string[] {
  const directory = join(root, 'test/probe/traces');
  return readdirSync(directory).flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n').slice(0, 1000));
}

export const commandLines = [
  'systemctl stop nginx.service',
  'mysql -u root -phunter2 --password=a db',
  'curl -H "Authorization: Bearer abc.def" https://bob:pw@h/x?token=abc&unit=b',
  'env AWS_SECRET_ACCESS_KEY=abc/def PGPASSWORD=x psql postgres://a:b@c/d',
  'deploy eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N',
  "app --password='my secret' --api-key x -p y",
  'busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager StopUnit ss a.service replace',
  'dbus-send --system --dest=org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager.StopUnit string:a',
];

export const webConfigs = [
  'tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n  min_version: TLS13\n  cipher_suites: [TLS_AES_128_GCM_SHA256]\n',
  'basic_auth_users:\n  alice: $2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze\nrate_limit: {interval: 1s, burst: 2}\n',
  'http_server_config:\n  http2: true\n  headers: &a\n    X-Frame-Options: deny\n',
];

export const procTexts = [
  '1234 (a b) S 1 1234 1234 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 12345 1000 10 18446744073709551615 1 1 0 0 0 0 0',
  'Name:\tbash\nUid:\t0\t0\t0\t0\nNSpid:\t1234\t7\nPPid:\t1\n',
  '0::/system.slice/ssh.service\n1:name=systemd:/user.slice/user-1000.slice/session-2.scope\n',
  'btime 1600766128\ncpu 1 2 3\n',
  'root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/sh\n',
];

export const requestHeads = [
  'GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain\r\n\r\n',
  'GET /incidents?unit=a.service&cause=signal&limit=5 HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n',
  'GET /incidents/4bf92f3577b34da6a3ce929d0e0e4736/trace.json HTTP/1.1\r\nHost: [::1]:1\r\n\r\n',
  'HEAD /-/ready HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YTpi\r\nX-Forwarded-For: a\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc',
  'GET /..%2f..%2fetc/passwd HTTP/1.0\r\n\r\n',
];
