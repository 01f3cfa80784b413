import type { CallBegan, CallEnded } from './probe-events.ts';

/** PID 1 has one thread, and its calls end in the order opposite to that in which they began. More is never open. */
const maxDepth = 32;
/** No method of a service takes that long: its end was lost. */
const longestUsec = 60_000_000;

/** Which of the services' methods PID 1 is in. */
export class OpenCalls {
  readonly #calls: CallBegan[] = [];

  began(call: CallBegan): void {
    this.#forget(call.clockUsec);
    if (this.#calls.length < maxDepth) this.#calls.push(call);
  }

  ended({ function: name }: CallEnded): void {
    const index = this.#calls.findLastIndex((call) => call.function === name);
    if (index !== -1) this.#calls.length = index;
  }

  /** Those for one unit, innermost first. */
  for(address: string, clockUsec: number): readonly CallBegan[] {
    this.#forget(clockUsec);
    return this.#calls.filter((call) => call.address === address).reverse();
  }

  /** The innermost, for whatever unit. */
  innermost(clockUsec: number): CallBegan | undefined {
    this.#forget(clockUsec);
    return this.#calls.at(-1);
  }

  /** PID 1 has become another program, or events were lost. */
  clear(): void {
    this.#calls.length = 0;
  }

  #forget(clockUsec: number): void {
    const isStale = this.#calls.some((call) => clockUsec - call.clockUsec > longestUsec);
    if (isStale) this.clear();
  }
}
