import type { RealtimeUsec } from '../../model/time.ts';
import type { ProcFiles } from './proc-files.ts';

/** Ticks a second in what procfs prints (USER_HZ), on every architecture that systemd supports. */
const ticksPerSecond = 100;
const usecPerTick = 1_000_000 / ticksPerSecond;

/** The line is behind those of all processors and interrupts. */
const maxStatBytes = 128 * 1024;

/** A clock that is set moves the time of the boot: look again now and then. */
const validMs = 60_000;

/** Turns ticks since boot into time of day; the kernel tells the boot in whole seconds (`btime`). */
export class BootTime {
  readonly #files: ProcFiles;
  readonly #nowMs: () => number;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #bootedAtUsec: RealtimeUsec | undefined;

  constructor(files: ProcFiles, nowMs: () => number) {
    this.#files = files;
    this.#nowMs = nowMs;
  }

  /** Undefined where /proc/stat is not there (`ProcSubset=pid`). */
  atTicks(ticks: number): RealtimeUsec | undefined {
    const nowMs = this.#nowMs();
    if (nowMs - this.#readAtMs >= validMs) {
      this.#bootedAtUsec = parseBootTime(this.#files.bytes('stat', maxStatBytes)?.toString('latin1') ?? '');
      this.#readAtMs = nowMs;
    }
    return this.#bootedAtUsec === undefined ? undefined : this.#bootedAtUsec + ticks * usecPerTick;
  }
}

/** `btime` of the text of /proc/stat. */
export function parseBootTime(text: string): RealtimeUsec | undefined {
  const seconds = /^btime (\d{1,10})$/m.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1_000_000;
}
