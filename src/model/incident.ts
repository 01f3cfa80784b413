import type { Cause } from './cause.ts';
import type { Evidence } from './evidence.ts';
import type { Frames } from './frame.ts';
import type { Ancestry, Process } from './process.ts';
import type { RealtimeUsec } from './time.ts';

/** The machine an incident happened on. */
export interface Host {
  readonly machineId: string;
  readonly bootId: string;
  readonly hostname: string;
}

/** One stop of one unit with all its evidence, before the verdict. */
export interface Incident {
  /** 32 lower-case hexadecimal digits; a function of the evidence alone. */
  readonly traceId: string;
  readonly unit: string;
  readonly host: Host;
  /** When the stop began: the request, or the first frame or state of it. */
  readonly occurredAtUsec: RealtimeUsec;
  /**
   * `reported`: a witness gives this time for the stop. `after`: no witness gives a time; the stop
   * happened some time after this one. `read`: nothing gives any time; this is when the evidence was read.
   */
  readonly timeBasis: 'reported' | 'after' | 'read';
  /** When the unit was inactive, failed, or waiting for its restart; absent where nobody saw it. */
  readonly endedAtUsec?: RealtimeUsec;
  readonly invocationId?: string;
  /** The stop or restart job that was on the unit when it began to stop, by its signals or its log. */
  readonly jobId?: number;
  /** Of this unit, in the order of time. */
  readonly evidence: readonly Evidence[];
  /** Of other units and of the bus: requests, jobs and peers that bear on this stop. */
  readonly related: readonly Evidence[];
  /** Trace ids of other units' stops that `related` names: unit → trace id. */
  readonly neighbours?: Readonly<Record<string, string>>;
  /** Too many stops were under way: it is counted, and its evidence was dropped to stay within bounds. */
  readonly truncated?: boolean;
}

/** What has to be known of a stop that was counted to recognise it when it is told of again. */
export type CountedStop = Pick<Incident, 'unit' | 'traceId' | 'occurredAtUsec' | 'endedAtUsec' | 'timeBasis' | 'invocationId'>;

/** `proven`: direct evidence names the cause. `inferred`: what is left when the evidence excludes the rest. */
export type Attribution = 'proven' | 'inferred' | 'none';

/** What decided and what it rests on. */
export interface Verdict {
  readonly cause: Cause;
  readonly attribution: Attribution;
  /** Name of the rule that decided the cause. */
  readonly rule: string;
  /** Who made the stop happen; absent where unknown or nobody outside. */
  readonly sender?: Process;
  /** Name of the rule that found the sender; absent without one. */
  readonly senderRule?: string;
  /** True where the service ended by itself and there is nobody to look for. */
  readonly endedByItself: boolean;
  readonly ancestry: Ancestry;
  readonly callPath: Frames;
  /** systemd's ServiceResult word. */
  readonly result?: string;
  readonly exit?: { readonly code: string; readonly status: number };
  readonly triggeredBy?: TriggeredBy;
  readonly phase: StopPhase;
  readonly basis: readonly Evidence[];
  /** Evidence that speaks against the verdict, in words. */
  readonly conflicts: readonly string[];
  /** `systemd.stop.*` attributes: details that are not the cause. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
  /** One sentence for people. */
  readonly summary: string;
}

export type StopPhase = 'start' | 'running' | 'reload';

/** The unit whose job pulled this one in; no trace id where that was not a stop of a service. */
export interface TriggeredBy {
  readonly unit: string;
  readonly traceId?: string;
}

/** What every sink gets. */
export interface ClassifiedIncident {
  readonly incident: Incident;
  readonly verdict: Verdict;
}
