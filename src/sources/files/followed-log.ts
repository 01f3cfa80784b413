import type { BigIntStats } from 'node:fs';
import type { LeftLog } from './missed-logs.ts';
import type { SplitLine } from './split-lines.ts';

/** What the tail follows at the moment: a regular file or a pipe. */
export interface FollowedLog {
  /** Whether a path that has this status is still what is followed. */
  isAt(status: BigIntStats): boolean;
  /** Hands on all lines there are by now. `ended` once there will be no more. */
  advance(): Promise<'waiting' | 'ended'>;
  /** Whether an empty file in its place means that its writer has not moved on yet. */
  outlivesRename(): Promise<boolean>;
  /** Of a regular file, to find what came after it; undefined for a pipe. */
  asLeft(): Promise<LeftLog | undefined>;
  /** Hands on its last line, which may lack a newline, and lets go of it. */
  finish(): Promise<void>;
  /** Lets go of it. */
  close(): Promise<void>;
}

/**
 * Gets lines in their order, never none. `positionAfter` gives the position to go on from after a line of
 * this batch; undefined for a pipe, which has none.
 */
export type OnLines = (lines: readonly SplitLine[], positionAfter: (line: SplitLine) => string | undefined) => void;

/** What happens to a log besides growing. */
export type TailNotice =
  | { readonly event: 'following'; readonly path: string }
  | { readonly event: 'missing' | 'unreadable' | 'not-a-file'; readonly path: string; readonly reason: string }
  | { readonly event: 'rotated' | 'truncated' | 'position-lost'; readonly path: string }
  | { readonly event: 'resumed'; readonly path: string; readonly offset: number; readonly firstLine: string };
