import { orderUsec } from '../../model/evidence-time.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import { isDiscarded, type Observation } from '../source.ts';

/** What a reader hands on together. To hand on each piece of evidence by itself, through generators, took as long as to read it. */
type Batch = readonly Observation[];

/** One input and what it holds next. */
interface Head {
  readonly input: AsyncIterator<Batch>;
  batch: Batch;
  /** Of the batch, what comes after `next`. */
  index: number;
  next: Observation | undefined;
  /** The time of `next`, or of the last one before it that had any. */
  atUsec: RealtimeUsec;
}

/**
 * Joins several recordings into one in the order of time; of each input the order stays as it is.
 * An observation without a time goes with the one before it in its input, or first where there is none.
 * Of equals the earlier input comes first. What is discarded is handed on as soon as it is met.
 * Holds one batch per input.
 */
export async function* mergeByTime(inputs: readonly AsyncIterable<Batch>[]): AsyncGenerator<Batch, void, undefined> {
  const heads: Head[] = inputs.map((input) => ({
    input: input[Symbol.asyncIterator](),
    batch: [],
    index: 0,
    next: undefined,
    atUsec: Number.NEGATIVE_INFINITY,
  }));
  try {
    for (const head of heads) yield* readOn(head);
    let merged: Observation[] = [];
    for (let first = earliest(heads); first?.next !== undefined; first = earliest(heads)) {
      merged.push(first.next);
      if (advance(first, merged)) continue;
      yield merged;
      merged = [];
      yield* readOn(first);
    }
  } finally {
    for (const head of heads) await head.input.return?.();
  }
}

/** Moves to the next evidence of the batch, handing on what is discarded on the way; false where there is none left. */
function advance(head: Head, passed: Observation[]): boolean {
  head.next = undefined;
  while (head.index < head.batch.length) {
    const observation = head.batch[head.index++];
    if (observation === undefined) continue;
    if (isDiscarded(observation)) {
      passed.push(observation);
      continue;
    }
    head.next = observation;
    head.atUsec = orderUsec(observation) ?? head.atUsec;
    return true;
  }
  return false;
}

/** Moves to the next evidence of an input whose batch is used up. */
async function* readOn(head: Head): AsyncGenerator<Batch, void, undefined> {
  for (let result = await head.input.next(); result.done !== true; result = await head.input.next()) {
    head.batch = result.value;
    head.index = 0;
    const passed: Observation[] = [];
    const isFound = advance(head, passed);
    if (passed.length > 0) yield passed;
    if (isFound) return;
  }
}

function earliest(heads: readonly Head[]): Head | undefined {
  let first: Head | undefined;
  for (const head of heads) {
    if (head.next !== undefined && (first === undefined || head.atUsec < first.atUsec)) first = head;
  }
  return first;
}
