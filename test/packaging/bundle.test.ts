import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from '../../packaging/bundle.ts';
import { run } from '../e2e/support/exporter.ts';
import { RunningProcess } from '../e2e/support/running-process.ts';
import { hasDbusDaemon, startPrivateBus } from '../sources/dbus/private-bus.ts';

const recording = ['--stap', 'test/scenarios/ovs-vswitchd-2020-manual-stop/stap.log'];

describe('the bundle', () => {
  let directory = '';
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'bundle-'));
    await bundle(directory);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** Far from the checkout's node_modules. */
  const start = (parameters: readonly string[], environment = {}) =>
    new RunningProcess(process.execPath, [join(directory, 'main.js'), ...parameters], { environment });

  async function runBundle(parameters: readonly string[], environment = {}) {
    await using process = start(parameters, environment);
    return await process.end();
  }

  test('says of a recording what the source says', async () => {
    expect(await runBundle(['analyze', ...recording])).toEqual(await run(['analyze', ...recording]));
  });

  test.skipIf(!hasDbusDaemon)('talks to a bus', async () => {
    const { address } = await startPrivateBus();
    const said = await runBundle(['check', '--source.journal=off'], { DBUS_SYSTEM_BUS_ADDRESS: address });
    expect(said.stdout).toMatch(/^ok +dbus/m);
  });

  test('knows its version', async () => {
    expect(await runBundle(['--version'])).toEqual(await run(['--version']));
  });

  test('sends traces: what is left out of the SDK is not needed', async () => {
    const bodies: string[] = [];
    const collector = createServer(async (request, response) => {
      bodies.push(await text(request));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    try {
      const { port } = collector.address() as AddressInfo;
      const sent = await runBundle(['analyze', ...recording, '--otlp'], {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      });
      expect(sent).toMatchObject({ status: 0, stderr: '' });
      expect(bodies.map((body) => JSON.parse(body).resourceSpans.length)).toEqual([1]);
    } finally {
      collector.close();
    }
  });

  test('compares passwords', async () => {
    const [log, file] = [join(directory, 'none.log'), join(directory, 'web.yml')];
    writeFileSync(file, `basic_auth_users:\n  alice: ${hashSync('right', 4)}\n`);
    const flags = ['--web.listen-address=127.0.0.1:0', `--web.config.file=${file}`, `--source.stap.log=${log}`];
    await using serving = start(['serve', ...flags, '--source.dbus=off', '--source.journal=off']);
    const [, base = ''] = await serving.says(/msg=Serving addresses=(http:\S+)/);
    const status = async (login: string) => {
      const headers = { Authorization: `Basic ${Buffer.from(login).toString('base64')}` };
      return (await fetch(`${base}/metrics`, { headers })).status;
    };
    expect([await status('alice:right'), await status('alice:wrong')]).toEqual([200, 401]);
  });

  test('has the licences of what is in it, and of nothing else', () => {
    const licenses = readFileSync(join(directory, 'third-party-licenses'), 'utf8');
    for (const name of ['express', 'prom-client', 'dbus-next', '@opentelemetry/sdk-node'])
      expect(licenses).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(\\S+\\)$`, 'm'));
    expect(licenses).not.toContain('@grpc/');
  });

  test('has the recordings of the demo, the pages and the metrics', async () => {
    await using demo = start(['demo', '--web.listen-address', '127.0.0.1:0']);
    const [, base = ''] = await demo.says(/every stop +(http:\S+)\/incidents/);
    const [pages, metrics] = await Promise.all(
      ['incidents', 'metrics'].map(async (path) => await (await fetch(`${base}/${path}`)).text()),
    );
    expect(pages).toContain('9 stops counted');
    expect(metrics).toContain('systemd_stop_exporter_stops_total{cause="cgroup-empty"} 1\n');
  });
});
