import type { RealtimeUsec } from './time.ts';

/** One process as a witness saw it. pid and start time together are its identity; a pid alone is reused. */
export interface Process {
  readonly pid?: number;
  /** comm: at most 15 characters, set by the process itself. */
  readonly name: string;
  /** Arguments joined by spaces, already redacted. */
  readonly command?: string;
  readonly startedAtUsec?: RealtimeUsec;
  /** The systemd unit it ran in. */
  readonly unit?: string;
  readonly user?: string;
  readonly uid?: number;
  readonly loginUid?: number;
  readonly session?: string;
  readonly tty?: string;
  /** W3C trace context found in its environment. */
  readonly traceparent?: string;
}

/** A process and its parents, outermost first: what pstree shows. The last one is the process itself. */
export type Ancestry = readonly Process[];
