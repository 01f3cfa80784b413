import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { run, startDemo } from './support/exporter.ts';
import { recordedStops } from './support/recorded-stops.ts';

describe('demo', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('says each stop and where to look, and ends well at %s', async (signal) => {
    await using demo = await startDemo();
    await demo.process.says(/Ctrl-C ends it/);
    const { status, stdout, stderr } = await demo.process.stop(signal);
    const [stops = '', addresses = ''] = stdout.split('\n\n');
    expect(stops.split('\n')).toEqual(
      recordedStops.map(({ unit, cause }) => expect.stringMatching(`^${unit} stopped: ${cause}\\b.* trace=[0-9a-f]{32}$`)),
    );
    expect(addresses.match(/http:\S+/g)).toEqual([
      expect.stringMatching(`^${demo.base}/incidents/[0-9a-f]{32}$`),
      `${demo.base}/incidents`,
      `${demo.base}/metrics`,
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('serves at each address that it prints', async () => {
    await using demo = await startDemo();
    const addresses = demo.process.stdout.match(/http:\S+/g) ?? [];
    const [incident, list, metrics] = await Promise.all(addresses.map(async (address) => await (await fetch(address)).text()));
    expect(incident).toContain('manager_notify_cgroup_empty');
    expect(list).toContain('9 stops counted');
    expect(metrics).toContain('systemd_stop_exporter_stops_total{cause="cgroup-empty"} 1\n');
  });

  test('ends while a scraper keeps its connection', async () => {
    await using demo = await startDemo();
    await (await fetch(`${demo.base}/metrics`)).text();
    expect(await demo.process.stop('SIGINT')).toMatchObject({ status: 0, stderr: '' });
  });

  test('says in one line that its port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    try {
      const { port } = other.address() as { readonly port: number };
      expect(await run(['demo', '--web.listen-address', `127.0.0.1:${port}`])).toEqual({
        status: 1,
        stdout: '',
        stderr: `Cannot listen on "127.0.0.1:${port}": the port is in use\n`,
      });
    } finally {
      other.close();
    }
  });

  test('ends by itself where it is told to', async () => {
    const { status, stdout, stderr } = await run(['demo', '--once', '--web.listen-address', '127.0.0.1:0']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.match(/ stopped: /g)).toHaveLength(recordedStops.length);
  });
});
