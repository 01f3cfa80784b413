import type { Evidence } from './evidence.ts';
import type { ClassifiedIncident } from './incident.ts';
import { formatUsec } from './time.ts';
import { unitType } from './unit.ts';

/** The published JSON of an incident: docs/incident.schema.json. */
export interface IncidentDocument {
  readonly trace_id: string;
  readonly unit: string;
  readonly type: string;
  readonly occurred_at: string;
  readonly occurred_at_basis: 'reported' | 'after' | 'read';
  readonly ended_at: string | null;
  readonly cause: string;
  readonly attribution: string;
  readonly sender: SenderDocument | null;
  readonly ancestry: readonly { readonly pid: number | null; readonly name: string; readonly command: string | null }[];
  readonly call_path: readonly FrameDocument[];
  readonly result: string | null;
  readonly exit: { readonly code: string; readonly status: number } | null;
  readonly triggered_by: { readonly unit: string; readonly trace_id: string | null } | null;
  readonly rule: string;
  readonly sender_rule: string | null;
  readonly basis: readonly EvidenceDocument[];
  readonly conflicts: readonly string[];
  readonly details: Readonly<Record<string, string | number | boolean>>;
  readonly summary: string;
}

export interface SenderDocument {
  readonly name: string;
  readonly pid: number | null;
  readonly unit: string | null;
  readonly user: string | null;
  readonly command: string | null;
}

export interface FrameDocument {
  readonly function: string | null;
  readonly offset: number | null;
  readonly module: string | null;
  readonly reliable: boolean;
}

export interface EvidenceDocument {
  readonly source: string;
  readonly kind: string;
  readonly at: string | null;
  readonly origin: { readonly file: string; readonly line: number } | null;
  readonly raw: string;
}

export function incidentDocument({ incident, verdict }: ClassifiedIncident): IncidentDocument {
  return {
    trace_id: incident.traceId,
    unit: incident.unit,
    type: unitType(incident.unit),
    occurred_at: formatUsec(incident.occurredAtUsec),
    occurred_at_basis: incident.timeBasis,
    ended_at: incident.endedAtUsec === undefined ? null : formatUsec(incident.endedAtUsec),
    cause: verdict.cause,
    attribution: verdict.attribution,
    sender: senderDocument(verdict.sender),
    ancestry: verdict.ancestry.map((process) => ({
      pid: process.pid ?? null,
      name: process.name,
      command: process.command ?? null,
    })),
    call_path: verdict.callPath.map((frame) => ({
      function: frame.function ?? null,
      offset: frame.offset ?? null,
      module: frame.module ?? null,
      reliable: frame.reliable,
    })),
    result: verdict.result ?? null,
    exit: verdict.exit ?? null,
    triggered_by: triggeredByDocument(verdict.triggeredBy),
    rule: verdict.rule,
    sender_rule: verdict.senderRule ?? null,
    basis: verdict.basis.map(evidenceDocument),
    conflicts: verdict.conflicts,
    details: verdict.details,
    summary: verdict.summary,
  };
}

function senderDocument(sender: ClassifiedIncident['verdict']['sender']): SenderDocument | null {
  if (sender === undefined) return null;
  return {
    name: sender.name,
    pid: sender.pid ?? null,
    unit: sender.unit ?? null,
    user: sender.user ?? null,
    command: sender.command ?? null,
  };
}

function triggeredByDocument(triggeredBy: ClassifiedIncident['verdict']['triggeredBy']): IncidentDocument['triggered_by'] {
  return triggeredBy === undefined ? null : { unit: triggeredBy.unit, trace_id: triggeredBy.traceId ?? null };
}

function evidenceDocument(evidence: Evidence): EvidenceDocument {
  return {
    source: evidence.source,
    kind: evidence.kind,
    at: evidence.atUsec === undefined ? null : formatUsec(evidence.atUsec),
    origin: evidence.origin ?? null,
    raw: evidence.raw,
  };
}
