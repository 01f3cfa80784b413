import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecording } from '../../../src/sources/files/read-recording.ts';
import { maxLineBytes } from '../../../src/sources/files/split-lines.ts';
import { collect } from './collect.ts';
import { eachLineIsEvidence } from './each-line-is-evidence.ts';

describe('readRecording', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'read-recording-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function read(content: string | undefined, name = 'x.log'): Promise<readonly unknown[]> {
    const file = join(directory, name);
    if (content !== undefined) await writeFile(file, content);
    return (await collect(readRecording({ file, source: 'stap', parser: eachLineIsEvidence() }))).flat();
  }

  test('parses each line with its place, without a time of reading, and finishes the parser', async () => {
    const file = join(directory, 'x.log');
    expect(await read('one\r\ntwo')).toEqual([
      expect.objectContaining({ raw: 'one', origin: { file, line: 1 } }),
      expect.objectContaining({ raw: 'two', origin: { file, line: 2 } }),
      expect.objectContaining({ raw: 'finished' }),
    ]);
  });

  test('discards a line that is too long with its place and the beginning of its text, and goes on', async () => {
    const file = join(directory, 'x.log');
    const [first, discarded, last] = await read(`one\n\x1b[2J${'x'.repeat(maxLineBytes)}\nthree\n`);
    expect(first).toMatchObject({ raw: 'one' });
    expect(discarded).toEqual({
      kind: 'discarded',
      source: 'stap',
      reason: 'too-long',
      origin: { file, line: 2 },
      text: `\\u001b[2J${'x'.repeat(111)}`,
    });
    expect(last).toMatchObject({ raw: 'three', origin: { file, line: 3 } });
  });

  test('reads standard input as "-"', async () => {
    const stdin = Readable.from([Buffer.from('on'), Buffer.from('e\n')]);
    const observations = await collect(readRecording({ file: '-', source: 'stap', parser: eachLineIsEvidence(), stdin }));
    expect(observations.flat()[0]).toMatchObject({ raw: 'one', origin: { file: '-', line: 1 } });
  });

  test('reads a pipe by its name, as a shell makes of `<(…)`', async () => {
    const file = join(directory, 'pipe');
    execFileSync('mkfifo', [file]);
    const [observations] = await Promise.all([
      collect(readRecording({ file, source: 'stap', parser: eachLineIsEvidence() })),
      writeFile(file, 'one\ntwo\n'),
    ]);
    expect(observations.flat()).toMatchObject([{ raw: 'one' }, { raw: 'two' }, { raw: 'finished' }]);
  });

  test('says which file cannot be read and why', async () => {
    await expect(read(undefined, 'absent.log')).rejects.toThrow(`Cannot read "${join(directory, 'absent.log')}": no such file`);
    await expect(read(undefined, '.')).rejects.toThrow(/^Cannot read ".*": it is a directory$/);
  });

  test('stops reading when its reader stops', async () => {
    const file = join(directory, 'large.log');
    await writeFile(file, 'line\n'.repeat(1_000_000));
    const recording = readRecording({ file, source: 'stap', parser: eachLineIsEvidence() });
    for await (const [observation] of recording) {
      expect(observation).toMatchObject({ raw: 'line' });
      break;
    }
    expect(await recording.next()).toEqual({ done: true, value: undefined });
  });
});
