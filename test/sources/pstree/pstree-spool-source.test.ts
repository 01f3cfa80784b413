import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPstreeSpoolSource, type PstreeSpoolOptions } from '../../../src/sources/pstree/pstree-spool-source.ts';
import type { Observation } from '../../../src/sources/source.ts';
import { createMemoryLog } from '../files/memory-log.ts';
import { Seen } from '../files/seen.ts';

const recording = new URL('../../scenarios/ovs-vswitchd-2020-manual-stop/pstree.log', import.meta.url);

describe('createPstreeSpoolSource', () => {
  let base = '';
  let directory = '';
  let dump = '';
  const stops: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'pstree-spool-'));
    directory = join(base, 'spool');
    dump = await readFile(recording, 'utf8');
  });
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
    await rm(base, { recursive: true });
  });

  function start(options: Partial<PstreeSpoolOptions> = {}) {
    const observations = new Seen<Observation>();
    const ups = new Seen<boolean>();
    const { log, records } = createMemoryLog();
    const source = createPstreeSpoolSource({ directory, log, onUp: (up) => ups.push(up), retryMs: 20, ...options });
    const controller = new AbortController();
    const finished = source.run((observation) => observations.push(observation), controller.signal);
    const stop = (): Promise<void> => {
      controller.abort();
      return finished;
    };
    stops.push(stop);
    return { observations, ups, records, stop };
  }

  async function drop(name: string, content: string): Promise<void> {
    await writeFile(join(directory, '.new'), content);
    await rename(join(directory, '.new'), join(directory, name));
  }

  test('reads dumps that lie there and dumps that come, each with the unit and the time of its name', async () => {
    await mkdir(directory);
    await drop('ovs-vswitchd.service.1600766128', dump);
    const { observations, stop } = start();
    await observations.count(1);
    await drop('getty@tty1.service.1600766129500000', dump);
    await observations.count(2);
    await stop();
    expect(observations.all).toMatchObject([
      { kind: 'process-tree', source: 'pstree', unit: 'ovs-vswitchd.service', atUsec: 1_600_766_128_000_000 },
      { kind: 'process-tree', source: 'pstree', unit: 'getty@tty1.service', atUsec: 1_600_766_129_500_000 },
    ]);
    expect(observations.all[0]).toMatchObject({ requests: [{ units: ['ovs-vswitchd.service'], action: 'stop' }] });
    expect(await readdir(directory)).toEqual([]);
  });

  test('counts junk, sets it aside and reads on', async () => {
    await mkdir(directory);
    const { observations, records } = start();
    await drop('core.1234', 'junk');
    await drop('x.service.1600766128', dump);
    await observations.count(2);
    expect(observations.all).toMatchObject([
      { kind: 'discarded', source: 'pstree', reason: 'foreign-file', text: expect.stringContaining('core.1234') },
      { kind: 'process-tree', unit: 'x.service' },
    ]);
    expect(await readdir(join(directory, 'rejected'))).toEqual(['core.1234']);
    expect(records.all).toContainEqual(expect.objectContaining({ msg: 'Setting a file of the spool aside', source: 'pstree' }));
  });

  test('counts a file without any tree once, however many lines it has', async () => {
    await mkdir(directory);
    await drop('x.service.1600766128', '\0\n!!\n'.repeat(100));
    const { observations, records } = start();
    await records.until((all) => all.some(({ msg }) => msg === 'Watching a spool'));
    expect(observations.all).toMatchObject([{ kind: 'discarded', reason: 'foreign-file' }]);
    expect(await readdir(join(directory, 'rejected'))).toEqual(['x.service.1600766128']);
  });

  test('waits for its directory, and again when it is gone', async () => {
    const { observations, ups } = start();
    await ups.count(1);
    await mkdir(directory);
    await ups.count(2);
    await drop('x.service.1600766128', dump);
    await observations.count(1);
    await rm(directory, { recursive: true });
    await ups.count(3);
    await mkdir(directory);
    await drop('y.service.1600766129', dump);
    await observations.count(2);
    expect(ups.all.slice(0, 3)).toEqual([false, true, false]);
    expect(observations.all).toMatchObject([{ unit: 'x.service' }, { unit: 'y.service' }]);
  });

  test('keeps a dump until its evidence is safe', async () => {
    await mkdir(directory);
    const commits = new Seen<() => Promise<void>>();
    const { observations } = start({ whenSafe: (commit) => commits.push(commit) });
    await drop('x.service.1600766128', dump);
    await commits.count(1);
    expect(await readdir(directory)).toEqual(['x.service.1600766128']);
    await commits.all[0]?.();
    expect(await readdir(directory)).toEqual([]);
    expect(observations.all.length).toBe(1);
  });
});
