import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from '../logger.ts';
import { selfCheckPrefix } from '../model/unit.ts';
import { runBesidePidOne } from './run-beside-pid-one.ts';
import type { SelfCheck, Trust } from './self-check.ts';
import type { WatchedPidOne } from './watched-pid-one.ts';

const timeoutMs = 10_000;
const settleMs = 2_000;
const pollMs = 20;
const attempts = 3;

export interface Exercised {
  /** Absent where no unit could be started and stopped. */
  readonly trust?: Trust;
  /** What went wrong, in words. */
  readonly problem?: string;
}

let exercises = 0;

/** On a busy host events come late, and a caller is gone before it is known: what is right once is right. */
export async function exerciseRepeatedly(pidOne: WatchedPidOne, watch: (unit: string) => SelfCheck): Promise<Exercised> {
  let known: Exercised = {};
  for (let attempt = 0; attempt < attempts && !isFull(known.trust); attempt++)
    known = together(known, await exercise(pidOne, watch));
  return known;
}

function together({ trust: before }: Exercised, now: Exercised): Exercised {
  const { trust } = now;
  if (before === undefined) return now;
  if (trust === undefined) return { trust: before };
  const either = (field: keyof Trust): boolean => before[field] || trust[field];
  return { trust: { names: either('names'), states: either('states'), callers: either('callers'), calls: either('calls') } };
}

function isFull(trust: Trust | undefined): boolean {
  return trust !== undefined && Object.values(trust).every(Boolean);
}

/** Starts and stops a transient unit for the self-check to look at. */
async function exercise(pidOne: WatchedPidOne, watch: (unit: string) => SelfCheck): Promise<Exercised> {
  exercises++;
  const unit = `${selfCheckPrefix}${process.pid}-${exercises}.service`;
  const check = watch(unit);
  const start = ['systemd-run', '--quiet', '--collect', `--unit=${unit}`, 'sleep', '60'];
  try {
    await runBesidePidOne(pidOne, start, { timeoutMs });
    await runBesidePidOne(pidOne, ['systemctl', 'stop', unit], {
      timeoutMs,
      onStarted: (started) => check.expectCaller(started),
    });
  } catch (error) {
    return { problem: `Cannot start and stop a unit to check the probe with: ${describeError(error)}` };
  }
  for (let waitedMs = 0; !check.isOver && waitedMs < settleMs; waitedMs += pollMs) await delay(pollMs);
  return { trust: check.trust };
}
