import type { BigIntStats } from 'node:fs';
import { rotatedPaths } from './find-position.ts';
import { type OpenedFile, openLog } from './open-log.ts';
import { readHead } from './regular-log.ts';
import { fingerprintBytes } from './tail-position.ts';

/** A log that was followed, as it was left. */
export interface LeftLog {
  readonly status: BigIntStats;
  /** Its first bytes: a copy of it has the same. */
  readonly head: Buffer;
}

/** The rotations between a log that was left and the one that is at the path now, oldest first, opened. */
export async function openMissedLogs(path: string, left: LeftLog, now: BigIntStats): Promise<readonly OpenedFile[]> {
  const missed: OpenedFile[] = [];
  for (const candidate of await rotatedPaths(path)) {
    const opened = await openLog(candidate);
    if (opened.kind === 'regular' && (await isMissed(opened, left, now))) missed.push(opened);
    else if (opened.kind === 'regular') await opened.handle.close();
  }
  return missed.sort((one, other) => Number(one.status.mtimeNs - other.status.mtimeNs));
}

async function isMissed({ handle, status }: OpenedFile, left: LeftLog, now: BigIntStats): Promise<boolean> {
  if (status.mtimeNs < left.status.mtimeNs || isSame(status, left.status) || isSame(status, now)) return false;
  // So few bytes may begin another log as well: then it is read, and what was seen before is known.
  return left.head.length < fingerprintBytes || !readHead(handle).subarray(0, left.head.length).equals(left.head);
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.ino === other.ino && one.dev === other.dev;
}
