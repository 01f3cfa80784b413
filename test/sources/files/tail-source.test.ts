import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProcessTree } from '../../../src/model/evidence.ts';
import { maxLineBytes } from '../../../src/sources/files/split-lines.ts';
import { createTailSource, type TailSourceOptions } from '../../../src/sources/files/tail-source.ts';
import type { LineParser, LinePlace } from '../../../src/sources/line-parser.ts';
import type { Observation } from '../../../src/sources/source.ts';
import { eachLineIsEvidence } from './each-line-is-evidence.ts';
import { createMemoryLog } from './memory-log.ts';
import { Seen } from './seen.ts';

/** A record is lines up to `end`, or what silence makes of it; the line `version …` announces. */
class RecordParser implements LineParser {
  #lines: string[] = [];
  #version = 'none';

  accept(line: string, place: LinePlace): readonly Observation[] {
    if (line.startsWith('version')) {
      this.#version = line;
      return [];
    }
    this.#lines.push(line);
    return line === 'end' ? this.#complete(place) : [];
  }

  finish(): readonly Observation[] {
    return this.isUnfinished ? this.#complete() : [];
  }

  get isUnfinished(): boolean {
    return this.#lines.length > 0;
  }

  #complete(place?: LinePlace): readonly Observation[] {
    const raw = `${this.#version}: ${this.#lines.join(' ')}`;
    this.#lines = [];
    const tree: ProcessTree = { kind: 'process-tree', source: 'stap', requests: [], raw };
    return [place?.readAtUsec === undefined ? tree : { ...tree, atUsec: place.readAtUsec }];
  }
}

describe('createTailSource', () => {
  let directory = '';
  let path = '';
  const stops: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tail-source-'));
    path = join(directory, 'stap.log');
  });
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
    await rm(directory, { recursive: true });
  });

  function start(options: Partial<TailSourceOptions> = {}) {
    const observations = new Seen<Observation>();
    const positions = new Seen<string>();
    const ups = new Seen<boolean>();
    const { log, records } = createMemoryLog();
    const source = createTailSource({
      name: 'stap',
      path,
      createParser: () => new RecordParser(),
      savePosition: (position) => positions.push(position),
      nowUsec: () => 1_600_766_128_000_000,
      log,
      onUp: (up) => ups.push(up),
      quietMs: 60_000,
      retryMs: 20,
      ...options,
    });
    const run = () => {
      const controller = new AbortController();
      const finished = source.run((observation) => observations.push(observation), controller.signal);
      const stop = (): Promise<void> => {
        controller.abort();
        return finished;
      };
      stops.push(stop);
      return stop;
    };
    return { stop: run(), run, observations, positions, ups, records };
  }

  test('emits what the parser makes of the lines, with the time of reading', async () => {
    await writeFile(path, 'version 1\na\nb\nend\nc\n');
    const { observations } = start();
    await observations.count(1);
    await appendFile(path, 'end\n');
    await observations.count(2);
    expect(observations.all).toMatchObject([
      { raw: 'version 1: a b end', atUsec: 1_600_766_128_000_000 },
      { raw: 'version 1: c end' },
    ]);
  });

  test('saves a position only where a record ends, so that the next run reads a half record whole', async () => {
    await writeFile(path, 'version 1\na\nend\nhalf\n');
    const { stop, positions } = start();
    await positions.count(2);
    await stop();
    await appendFile(path, 'other half\nend\n');
    const { observations } = start({ position: positions.all.at(-1) });
    await observations.count(1);
    expect(observations.all).toMatchObject([{ raw: 'version 1: half other half end' }]);
  });

  test('knows where a log begins before anything of it is safe', async () => {
    await writeFile(path, 'half\n');
    const { stop, positions } = start();
    await positions.count(1);
    await stop();
    await rename(path, `${path}.1`);
    await writeFile(path, 'other\nend\n');
    const { observations } = start({ position: positions.all.at(-1) });
    await observations.count(1);
    expect(observations.all[0]).toMatchObject({ raw: expect.stringContaining('half') });
  });

  test('goes on after what it has read when it is run again', async () => {
    await writeFile(path, 'version 1\na\nend\n');
    const { stop, run, observations } = start();
    await observations.count(1);
    await stop();
    await appendFile(path, 'b\nend\n');
    run();
    await observations.count(2);
    expect(observations.all).toMatchObject([{ raw: 'version 1: a end' }, { raw: 'version 1: b end' }]);
  });

  test('completes a record that silence ends, and saves its position', async () => {
    await writeFile(path, 'a\nb\n');
    const { stop, observations, positions } = start({ quietMs: 1 });
    await observations.count(1);
    await positions.count(2);
    await stop();
    await appendFile(path, 'c\n');
    const next = start({ position: positions.all.at(-1), quietMs: 1 });
    await next.observations.count(1);
    expect([...observations.all, ...next.observations.all]).toMatchObject([{ raw: 'none: a b' }, { raw: 'none: c' }]);
  });

  test('saves the position of a parser that does not tell what it holds only after silence', async () => {
    await writeFile(path, 'a\n');
    const { accept, finish } = eachLineIsEvidence();
    const { positions, observations } = start({ quietMs: 1, createParser: () => ({ accept, finish }) });
    await positions.count(2);
    expect(observations.all).toMatchObject([{ raw: 'a' }, { raw: 'finished' }]);
  });

  test('discards a line that is too long with its place and reads on', async () => {
    await writeFile(path, `${'x'.repeat(maxLineBytes + 1)}\na\nend\n`);
    const { observations } = start();
    await observations.count(2);
    expect(observations.all).toMatchObject([
      { kind: 'discarded', source: 'stap', reason: 'too-long', origin: { file: path, line: 1 } },
      { raw: 'none: a end' },
    ]);
  });

  test('tells whether the log is there, and logs each change once', async () => {
    const { ups, records } = start();
    await ups.count(1);
    await writeFile(path, 'a\n');
    await ups.count(2);
    await rename(path, `${path}.1`);
    await ups.count(3);
    expect(ups.all).toEqual([false, true, false]);
    expect(records.all).toMatchObject([
      { level: 'warn', msg: 'Waiting for a log that is not there', source: 'stap', path, reason: 'no such file' },
      { level: 'info', msg: 'Following a log' },
      { level: 'warn', msg: 'Waiting for a log that is not there' },
    ]);
  });
});
