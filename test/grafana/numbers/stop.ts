import type { IncidentDocument } from '../../../src/model/incident-document.ts';

/** One stop as the truth has it: what the exporter's incident says, not what it counts. */
export interface Stop {
  readonly instance: string;
  readonly name: string;
  readonly cause: string;
  readonly sender: string;
  readonly sender_unit: string;
  /** Seconds since 1970. */
  readonly occurredAt: number;
  readonly durationSeconds: number | undefined;
  readonly traceId: string;
}

export function stopOf(incident: IncidentDocument, instance: string): Stop {
  const occurredAt = seconds(incident.occurred_at);
  const isTimed = incident.occurred_at_basis === 'reported' && incident.ended_at !== null;
  return {
    instance,
    name: incident.unit,
    cause: incident.cause,
    sender: senderOf(incident),
    sender_unit: senderUnitOf(incident),
    occurredAt,
    durationSeconds: isTimed ? Math.max(0, seconds(incident.ended_at ?? '') - occurredAt) : undefined,
    traceId: incident.trace_id,
  };
}

function senderOf({ sender, cause, exit, details }: IncidentDocument): string {
  if (sender !== null) return sender.name;
  const isOver = cause === 'exit-code' || cause === 'notify-stopping';
  const exited = exit?.code === 'exited' || details['cgroup_empty.by'] === 'exit';
  return isOver || exited ? 'none' : 'unknown';
}

function senderUnitOf({ sender }: IncidentDocument): string {
  if (sender?.pid === 1) return 'init.scope';
  return (sender?.unit ?? '').replace(/^session-\d+\.scope$/, 'session.scope');
}

/** To the microsecond, which Date does not keep. */
function seconds(text: string): number {
  const [, whole = '', fraction = ''] = /^(.*)\.(\d{6})Z$/.exec(text) ?? [];
  return Date.parse(`${whole}Z`) / 1000 + Number(fraction) / 1_000_000;
}
