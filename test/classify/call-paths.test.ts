import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type CallPathRow, callPathRows } from '../../src/classify/call-paths.ts';
import { classify } from '../../src/classify/classify.ts';
import { Correlator } from '../../src/correlate/correlator.ts';
import { callPathCases } from '../support/call-path-cases.ts';
import { callPath, testHost } from '../support/evidence.ts';

function verdictOn(path: ReturnType<typeof callPath>): string {
  const correlator = new Correlator({ host: () => testHost, settleMs: 300, readAtUsec: 0, isRecording: true });
  correlator.accept(path, 0);
  const [incident] = correlator.drain(true);
  return incident === undefined ? 'not-a-stop' : (classify(incident)?.cause ?? 'not-a-stop');
}

describe('a call path alone', () => {
  test.each(callPathCases)('of systemd $systemd, $what, is $expected', ({ frames, result, oldState, expected }) => {
    const path = callPath(0, frames, {
      ...(result === undefined ? {} : { result }),
      ...(oldState === undefined ? {} : { oldState }),
    });
    expect(verdictOn(path)).toBe(expected);
  });

  test.each(callPathCases.filter(({ frames }) => frames.length > 0))(
    'of systemd $systemd, $what, decides nothing when its symbols are unreliable',
    ({ frames }) => {
      const path = callPath(0, frames);
      const unreliable = { ...path, frames: path.frames.map((frame) => ({ ...frame, reliable: false })) };
      expect(verdictOn(unreliable)).toBe('unknown');
    },
  );
});

describe('callPathRows', () => {
  const rows: readonly CallPathRow[] = callPathRows;

  test('have names of their own', () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  });

  test('name recordings that exist', () => {
    for (const { recordings } of rows)
      for (const recording of recordings) expect(existsSync(`test/scenarios/${recording}/expected.json`), recording).toBe(true);
  });

  test('give a reference to the source', () => {
    for (const { reference } of rows) expect(reference).toMatch(/\.c/);
  });
});
