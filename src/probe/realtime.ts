import type { RealtimeUsec } from '../model/time.ts';

/** The clock of our traces, `mono`: microseconds of CLOCK_MONOTONIC. */
export function monotonicUsec(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Time of day when the monotonic clock stood at 0, in microseconds; waits for the next millisecond to be exact. */
function measureBoot(): RealtimeUsec {
  const tick = Date.now();
  let now = tick;
  while (now === tick) now = Date.now();
  return now * 1000 - monotonicUsec();
}

/** Follows the time of day as it is set: measures again after this long. */
const validMs = 60_000;

/** Microseconds of the monotonic clock as time of day. */
export function createRealtime(measure: () => RealtimeUsec = measureBoot): (clockUsec: number) => RealtimeUsec {
  let bootUsec = measure();
  let measuredAtMs = performance.now();
  return (clockUsec) => {
    if (performance.now() - measuredAtMs > validMs) {
      bootUsec = measure();
      measuredAtMs = performance.now();
    }
    return bootUsec + clockUsec;
  };
}
