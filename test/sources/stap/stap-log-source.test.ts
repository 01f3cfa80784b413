import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Observation } from '../../../src/sources/source.ts';
import { createStapLogSource } from '../../../src/sources/stap/stap-log-source.ts';
import { createMemoryLog } from '../files/memory-log.ts';
import { Seen } from '../files/seen.ts';

const recording = new URL('../../scenarios/ovs-vswitchd-2020-manual-stop/stap.log', import.meta.url);

describe('createStapLogSource', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stap-log-source-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  test('reads what debug.stp of 2020 wrote while it is being written, and goes on where it stopped', async () => {
    const path = join(directory, 'stap.log');
    const positions = new Seen<string>();
    const { log } = createMemoryLog();
    const options = { path, savePosition: (position: string) => positions.push(position), nowUsec: () => 1, log, quietMs: 20 };
    const text = await readFile(recording, 'utf8');
    const middle = Math.floor(text.length / 2);

    const first = await runUntil(options, async (seen) => {
      await writeFile(path, text.slice(0, middle));
      await appendFile(path, text.slice(middle));
      await seen.until((all) => all.some(({ kind }) => kind === 'call-path'));
      await positions.count(1);
    });
    expect(first.find(({ kind }) => kind === 'call-path')).toMatchObject({ source: 'stap', function: 'service_enter_stop' });

    await appendFile(path, text);
    const again = await runUntil({ ...options, position: positions.all.at(-1) }, (seen) =>
      seen.until((all) => all.some(({ kind }) => kind === 'call-path')),
    );
    const lines = text.split('\n').length - 1;
    expect(again.find(({ kind }) => kind === 'call-path')?.origin?.line).toBeGreaterThan(lines);
  });

  async function runUntil(
    options: Parameters<typeof createStapLogSource>[0],
    act: (seen: Seen<Observation>) => Promise<void>,
  ): Promise<readonly Observation[]> {
    const controller = new AbortController();
    const seen = new Seen<Observation>();
    const finished = createStapLogSource(options).run((observation) => seen.push(observation), controller.signal);
    await act(seen);
    controller.abort();
    await finished;
    return seen.all;
  }
});
