import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProcessTree } from '../../../src/model/evidence.ts';
import { mergeByTime } from '../../../src/sources/files/merge-by-time.ts';
import type { Discarded, Observation } from '../../../src/sources/source.ts';
import { collect } from './collect.ts';

function evidence(raw: string, atUsec?: number): ProcessTree {
  return { kind: 'process-tree', source: 'pstree', requests: [], raw, ...(atUsec === undefined ? {} : { atUsec }) };
}

function discarded(text: string): Discarded {
  return { kind: 'discarded', source: 'stap', reason: 'unreadable', text };
}

/** Some of them together, some by themselves. */
async function* input(...observations: readonly Observation[]): AsyncGenerator<readonly Observation[], void, undefined> {
  for (let from = 0; from < observations.length; from += 3) {
    yield observations.slice(from, from + 2);
    yield observations.slice(from + 2, from + 3);
  }
}

function label(observation: Observation): string {
  return observation.kind === 'discarded' ? observation.text : observation.raw;
}

async function labels(...inputs: readonly AsyncIterable<readonly Observation[]>[]): Promise<readonly string[]> {
  return (await collect(mergeByTime(inputs))).flat().map(label);
}

describe('mergeByTime', () => {
  test('joins inputs in the order of time; of equals the earlier input comes first', async () => {
    const merged = labels(
      input(evidence('a', 1), evidence('c', 3)),
      input(evidence('b', 2), evidence('c2', 3), evidence('d', 4)),
    );
    expect(await merged).toEqual(['a', 'b', 'c', 'c2', 'd']);
  });

  test('keeps evidence without a time with the evidence before it, or puts it first', async () => {
    const timeless = input(evidence('first'), evidence('b', 2), evidence('after b'), evidence('d', 4));
    expect(await labels(input(evidence('a', 1), evidence('c', 3)), timeless)).toEqual(['first', 'a', 'b', 'after b', 'c', 'd']);
  });

  test('keeps the order of an input whose clock went back', async () => {
    expect(await labels(input(evidence('late', 9), evidence('early', 1)), input(evidence('mid', 5)))).toEqual([
      'mid',
      'late',
      'early',
    ]);
  });

  test('hands on what is discarded at once, before later evidence of other inputs', async () => {
    const torn = input(evidence('z', 9), discarded('torn'));
    expect(await labels(input(discarded('junk'), evidence('a', 1)), torn)).toEqual(['junk', 'a', 'z', 'torn']);
  });

  test('reads no further than one batch ahead of each input', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<readonly Observation[], void, undefined> {
      for (;;) {
        read += 1;
        yield [evidence('x', read)];
      }
    }
    for await (const observations of mergeByTime([endless(), input(evidence('y', 3))])) {
      if (observations.some((one) => label(one) === 'y')) break;
    }
    expect(read).toBe(4);
  });

  test('closes every input when its reader stops early or one of them fails', async () => {
    const closed: string[] = [];
    async function* closing(name: string, error?: Error): AsyncGenerator<readonly Observation[], void, undefined> {
      try {
        yield [evidence(name, 1)];
        if (error !== undefined) throw error;
        yield [evidence(name, 2)];
      } finally {
        closed.push(name);
      }
    }
    for await (const _ of mergeByTime([closing('one'), closing('two')])) break;
    expect(closed).toEqual(['one', 'two']);
    await expect(labels(closing('three'), closing('four', new Error('Cannot read "four"')))).rejects.toThrow(
      'Cannot read "four"',
    );
    expect(closed.toSorted()).toEqual(['four', 'one', 'three', 'two']);
  });

  test('is a stable sort for inputs that are each in order', async () => {
    const times = fc.array(fc.nat(20), { maxLength: 15 }).map((list) => list.toSorted((one, other) => one - other));
    await fc.assert(
      fc.asyncProperty(fc.array(times, { maxLength: 5 }), async (inputs) => {
        const observations = inputs.map((list, index) => list.map((time, place) => evidence(`${index}.${place}`, time)));
        const expected = observations.flat().toSorted((one, other) => (one.atUsec ?? 0) - (other.atUsec ?? 0));
        expect(await labels(...observations.map((list) => input(...list)))).toEqual(expected.map(label));
      }),
    );
  });

  test('gives everything exactly once and keeps the order of each input, whatever the times', async () => {
    const times = fc.array(fc.option(fc.nat(20), { nil: undefined }), { maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(fc.array(times, { maxLength: 5 }), async (inputs) => {
        const observations = inputs.map((list, index) => list.map((time, place) => evidence(`${index}.${place}`, time)));
        const merged = await labels(...observations.map((list) => input(...list)));
        expect(merged.length).toBe(observations.flat().length);
        for (const [index, list] of observations.entries()) {
          expect(merged.filter((name) => name.startsWith(`${index}.`))).toEqual(list.map(label));
        }
      }),
    );
  });
});
