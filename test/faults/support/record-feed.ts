import { appendFileSync, writeFileSync } from 'node:fs';
import { announcement, recordsOfOneStop, recordsOfStop } from '../../e2e/support/records.ts';

/** What the probe writes while units stop: a log that the exporter follows. */
export class RecordFeed {
  readonly path: string;
  /** Stops that were written whole: unit → how many. */
  readonly done = new Map<string, number>();
  /** How far the clock of whom it happens to is off. */
  offsetUsec = 0;
  #sequence = 1;
  #lastUsec = 0;

  constructor(path: string) {
    this.path = path;
    this.begin();
  }

  /** A new log, as after a rotation. */
  begin(): void {
    writeFileSync(this.path, `${announcement()}\n`);
  }

  /** One stop after the other, each of them whole. */
  stop(...units: readonly string[]): void {
    appendFileSync(this.path, units.flatMap((unit) => this.records(unit)).join(''));
  }

  /** The records of a stop that happens now, for whom to write them where and when. It counts as done. */
  records(unit: string): readonly string[] {
    this.#lastUsec = Math.max(Date.now() * 1000, this.#lastUsec + 20_000);
    const records = recordsOfStop(unit, this.#lastUsec + this.offsetUsec, this.#sequence);
    this.#sequence += recordsOfOneStop;
    this.done.set(unit, (this.done.get(unit) ?? 0) + 1);
    return records;
  }
}

export function unitNames(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}.service`);
}
