import { orderUsec } from '../../model/evidence-time.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import { isDiscarded, type Observation } from '../source.ts';

/** One input and what it holds next. */
interface Head {
  readonly input: AsyncIterator<Observation>;
  next: Observation | undefined;
  /** The time of `next`, or of the last one before it that had any. */
  atUsec: RealtimeUsec;
}

/**
 * Joins several recordings into one in the order of time; of each input the order stays as it is.
 * An observation without a time goes with the one before it in its input, or first where there is none.
 * Of equals the earlier input comes first. What is discarded is handed on as soon as it is met.
 * Holds one observation per input.
 */
export async function* mergeByTime(inputs: readonly AsyncIterable<Observation>[]): AsyncGenerator<Observation, void, undefined> {
  const heads: Head[] = inputs.map((input) => ({
    input: input[Symbol.asyncIterator](),
    next: undefined,
    atUsec: Number.NEGATIVE_INFINITY,
  }));
  try {
    for (const head of heads) yield* advance(head);
    for (let first = earliest(heads); first?.next !== undefined; first = earliest(heads)) {
      yield first.next;
      yield* advance(first);
    }
  } finally {
    for (const head of heads) await head.input.return?.();
  }
}

/** Moves to the next evidence of an input, handing on what is discarded on the way. */
async function* advance(head: Head): AsyncGenerator<Observation, void, undefined> {
  head.next = undefined;
  for (let result = await head.input.next(); result.done !== true; result = await head.input.next()) {
    const observation = result.value;
    if (isDiscarded(observation)) {
      yield observation;
      continue;
    }
    head.next = observation;
    head.atUsec = orderUsec(observation) ?? head.atUsec;
    return;
  }
}

function earliest(heads: readonly Head[]): Head | undefined {
  let first: Head | undefined;
  for (const head of heads) {
    if (head.next !== undefined && (first === undefined || head.atUsec < first.atUsec)) first = head;
  }
  return first;
}
