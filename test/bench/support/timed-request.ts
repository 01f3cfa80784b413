import { Agent, get } from 'node:http';

/** As Prometheus does: one connection, kept. */
export function keptConnection(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 1 });
}

/** @returns ms from the request to the last byte of the answer, which is read and thrown away */
export function fetchTimed(port: number, agent: Agent, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const all = { 'Accept-Encoding': 'gzip', Accept: 'text/plain;version=0.0.4', ...headers };
    get({ host: '127.0.0.1', port, path: '/metrics', agent, headers: all }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`/metrics answered ${response.statusCode}`));
      response.resume().once('end', () => resolve(performance.now() - startedAt));
    }).once('error', reject);
  });
}
