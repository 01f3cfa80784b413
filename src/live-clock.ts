/** Times the settling of stops: ticks only while there is something to wait for, so that idle costs nothing. */
export interface LiveClock {
  /** Monotonic milliseconds: a stepped wall clock must neither close a stop early nor hold it. */
  nowMs(): number;
  /** Evidence came in. */
  wake(): void;
  stop(): void;
}

export interface LiveClockOptions {
  readonly everyMs: number;
  readonly isBusy: () => boolean;
  readonly tick: (nowMs: number) => void;
}

export function createLiveClock({ everyMs, isBusy, tick }: LiveClockOptions): LiveClock {
  let timer: NodeJS.Timeout | undefined;
  const nowMs = (): number => performance.now();

  function wake(): void {
    if (timer !== undefined || !isBusy()) return;
    timer = setTimeout(() => {
      timer = undefined;
      tick(nowMs());
      wake();
    }, everyMs);
  }

  return {
    nowMs,
    wake,
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
