import type { Evidence, SourceName } from '../model/evidence.ts';

/** What a source hands on: evidence, or the news that something could not be read. */
export type Observation = Evidence | Discarded;

/** Input that is lost to us: counted, shown with its place, never fatal. */
export interface Discarded {
  readonly kind: 'discarded';
  readonly source: SourceName;
  readonly reason: DiscardReason;
  readonly origin?: { readonly file: string; readonly line: number };
  /** The beginning of the text, at most 120 characters, control characters escaped. */
  readonly text: string;
}

export const discardReasons = [
  'unreadable',
  'torn-record',
  'too-long',
  'unknown-version',
  'unknown-record',
  'out-of-bounds',
  'foreign-file',
  'overrun',
] as const;
export type DiscardReason = (typeof discardReasons)[number];

export function isDiscarded(observation: Observation): observation is Discarded {
  return observation.kind === 'discarded';
}

/**
 * Where evidence enters. `run` resolves once the signal aborts, rejects when it cannot go on,
 * and does not emit afterwards.
 */
export interface Source {
  readonly name: SourceName;
  run(emit: (observation: Observation) => void, signal: AbortSignal): Promise<void>;
}
