import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { findSystemdFiles } from './mapped-code.ts';
import type { WatchedPidOne } from './watched-pid-one.ts';

const pollMs = 10;
const polls = 500;

/** Whether PID 1, which has just executed itself anew, runs another file than before: one in which nobody has a probe yet. */
export async function isOtherCode(pidOne: WatchedPidOne, before: string | undefined): Promise<boolean> {
  for (let poll = 0; poll < polls; poll++) {
    const identity = identityOf(pidOne);
    if (identity !== undefined) return identity !== before;
    await delay(pollMs);
  }
  return true;
}

/** Undefined while it is not there yet, or not any more: at a shutdown PID 1 becomes another program. */
function identityOf({ rootPid, procfs }: WatchedPidOne): string | undefined {
  try {
    return findSystemdFiles(readFileSync(`${procfs}/${rootPid}/maps`, 'latin1'))?.core.identity;
  } catch {
    return undefined;
  }
}
