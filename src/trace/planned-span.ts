import type { RealtimeUsec } from '../model/time.ts';

/**
 * A span as data, before any SDK: what the trace sink sends and the incident page draws.
 * Parents come before their children.
 */
export interface PlannedSpan {
  /** 16 lower-case hexadecimal digits, a function of the incident and the span's role. */
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** What the span stands for; the page groups and colours by it. */
  readonly role: 'stop' | 'request' | 'process' | 'call-path' | 'frame' | 'state';
  readonly startUsec: RealtimeUsec;
  readonly endUsec: RealtimeUsec;
  /** How long it lasted, as far as was seen; absent where the length is only drawn, to show an order. */
  readonly seenUsec?: number;
  readonly attributes: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly events: readonly PlannedEvent[];
  readonly links: readonly PlannedLink[];
  /** Status ERROR with this sentence. */
  readonly errorMessage?: string;
}

export interface PlannedEvent {
  readonly name: string;
  readonly atUsec: RealtimeUsec;
  /** The witness's own time, where the event had to be drawn elsewhere. */
  readonly seenAtUsec?: RealtimeUsec;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface PlannedLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly reason: string;
}
