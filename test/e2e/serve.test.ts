import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import { run, type ServingExporter, startServe } from './support/exporter.ts';
import { recordsOfStops } from './support/records.ts';
import { metric, servedIncidents, stopsCounted } from './support/served.ts';

const scenarios = 'test/scenarios';
const units = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.service`);
const records = recordsOfStops(units);

/** The first half of a line in the middle of the nth stop. */
function until(stop: number): number {
  return records.indexOf(`function=service_enter_dead old_state=stop-post unit=${units[stop - 1]}`) + 30;
}

describe('serve', () => {
  let directory = '';
  let log = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'serve-'));
    log = join(directory, 'stap.log');
    writeFileSync(log, '');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const startOnLog = (...more: readonly string[]) =>
    startServe(['--source.stap.log', log, '--storage.path', join(directory, 'state'), ...more]);

  async function analyzed(): Promise<readonly IncidentDocument[]> {
    return JSON.parse((await run(['analyze', '--stap', log, '--format', 'json'])).stdout);
  }

  test('refuses wrong flags all at once', async () => {
    const wrong = ['--web.listen-address', 'nowhere', '--log.level', 'loud', '--storage.retention', '3 moons', 'extra', '--nope'];
    const { status, stdout, stderr } = await run(['serve', ...wrong]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(5);
    for (const name of ['nowhere', 'loud', '3 moons', '--nope', 'extra']) expect(stderr).toContain(JSON.stringify(name));
  });

  test('reads a recording that grows by half lines, and says what analyze says', async () => {
    await using serve = await startOnLog();
    const recording = readFileSync(join(scenarios, 'systemd-262-stap', 'stap.log'), 'utf8');
    const cut = recording.indexOf('main_pid=213');
    appendFileSync(log, recording.slice(0, cut));
    await stopsCounted(serve.base, 3);
    appendFileSync(log, recording.slice(cut));
    await stopsCounted(serve.base, 6);
    const seen = ({ unit, cause, sender, occurred_at, ended_at }: IncidentDocument) => ({
      ...{ unit, cause, occurred_at, ended_at },
      sender: sender?.name,
    });
    expect((await servedIncidents(serve.base)).map(seen)).toEqual((await analyzed()).map(seen).toSorted(byTime));
    expect(await metric(serve.base, 'systemd_stop_exporter_evidence_discarded_total')).toBe(0);
    expect(await serve.process.stop('SIGTERM')).toMatchObject({ status: 0, stdout: '' });
  });

  test('leaves out the units that were excluded, and those that the probe tries itself out with', async () => {
    await using serve = await startOnLog('--unit.exclude', 'b\\.service');
    appendFileSync(log, recordsOfStops(['b.service', 'systemd-stop-exporter-self-check-7-1.service', 'a.service']));
    await stopsCounted(serve.base, 1);
    expect((await servedIncidents(serve.base)).map(({ unit }) => unit)).toEqual(['a.service']);
  });

  test('counts each stop once although it is killed in the middle of one', async () => {
    const first = await startOnLog();
    await using _ = first;
    appendFileSync(log, records.slice(0, until(4)));
    await stopsCounted(first.base, 3);
    const scrape = ({ base }: ServingExporter) => metric(base, 'systemd_unit_stops_total', { sender: 'systemctl' });
    await vi.waitUntil(async () => (await scrape(first)) === 3, { timeout: 20_000 });
    await first.process.stop('SIGKILL');

    const second = await startOnLog();
    await using __ = second;
    expect(await scrape(second)).toBe(3);
    appendFileSync(log, records.slice(until(4)));
    await stopsCounted(second.base, 5);
    const incidents = await servedIncidents(second.base);
    expect(incidents.map(({ unit }) => unit)).toEqual(units);
    const ids = (documents: readonly IncidentDocument[]) => documents.map(({ trace_id }) => trace_id);
    expect(ids(incidents)).toEqual(ids(await analyzed()));
    await second.process.stop('SIGKILL');

    await using third = await startOnLog();
    // It may read evidence again that the one before had not put behind itself yet: nothing is counted twice.
    await stopsCounted(third.base, 5);
    expect(ids(await servedIncidents(third.base))).toEqual(ids(incidents));
  });

  test('knows the sender although it is killed between the request and the stop', async () => {
    const request = records.slice(0, records.indexOf('begin', records.indexOf('end ')));
    const first = await startOnLog();
    await using _ = first;
    appendFileSync(log, request);
    await vi.waitUntil(async () => ((await metric(first.base, 'systemd_stop_exporter_evidence_total')) ?? 0) > 0, {
      timeout: 20_000,
    });
    await first.process.stop('SIGKILL');
    appendFileSync(log, records.slice(request.length));
    await using second = await startOnLog();
    await stopsCounted(second.base, 5);
    expect((await servedIncidents(second.base)).map(({ sender }) => sender?.name)).toEqual(Array(5).fill('systemctl'));
  });

  test('takes the sender from a dump in the spool, and sets junk aside', async () => {
    const spool = join(directory, 'spool');
    mkdirSync(spool);
    await using serve = await startOnLog('--source.pstree.directory', spool);
    const recording = join(scenarios, 'ovs-vswitchd-2020-manual-stop');
    const drop = (text: string, name: string) => {
      writeFileSync(join(spool, '.new'), text);
      renameSync(join(spool, '.new'), join(spool, name));
    };
    drop('not a dump', 'notes.txt');
    appendFileSync(log, readFileSync(join(recording, 'stap.log')));
    drop(readFileSync(join(recording, 'pstree.log'), 'utf8'), 'ovs-vswitchd.1600766128');
    await stopsCounted(serve.base, 1);
    const [incident] = await servedIncidents(serve.base);
    expect(incident).toMatchObject({ cause: 'requested', sender: { name: 'systemctl', pid: 11733 } });
    expect(incident?.ancestry.map(({ name, pid }) => `${name}(${pid})`).join(' › ')).toBe(
      'sshd(1031) › sshd(3234) › bash(3265) › systemctl(11733)',
    );
    await vi.waitUntil(() => readdirSync(spool).join() === 'rejected', { timeout: 20_000 });
    expect(existsSync(join(spool, 'rejected', 'notes.txt'))).toBe(true);
    const junk = { source: 'pstree', reason: 'foreign-file' };
    expect(await metric(serve.base, 'systemd_stop_exporter_evidence_discarded_total', junk)).toBe(1);
  });

  test('is not ready while a source is down, and ends well all the same', async () => {
    rmSync(log);
    await using serve = await startOnLog();
    await serve.process.says(/Waiting for a log that is not there/);
    const ready = async () => (await fetch(`${serve.base}/-/ready`)).status;
    expect(await ready()).toBe(503);
    writeFileSync(log, '');
    await vi.waitUntil(async () => (await ready()) === 200, { timeout: 20_000 });
    expect(await serve.process.stop('SIGINT')).toMatchObject({ status: 0, stderr: expect.not.stringMatching(/^ +at /m) });
  });
});

function byTime(one: { readonly occurred_at: string }, other: { readonly occurred_at: string }): number {
  return one.occurred_at < other.occurred_at ? -1 : 1;
}
