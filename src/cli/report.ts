import type { Evidence } from '../model/evidence.ts';
import type { Frame } from '../model/frame.ts';
import type { ClassifiedIncident } from '../model/incident.ts';
import type { Ancestry } from '../model/process.ts';
import { formatUsec } from '../model/time.ts';

const maxProofLength = 160;

/** What stopped, when, why, who, and the proof: the answer of `analyze` to a person. */
export function report({ incident, verdict }: ClassifiedIncident): string {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['when', when(incident)],
    ['why', `${verdict.cause} (${verdict.attribution}; rule ${verdict.rule})`],
    ['who', who({ incident, verdict })],
    ['tree', ancestryText(verdict.ancestry)],
    ['path', verdict.callPath.length === 0 ? undefined : verdict.callPath.map(frameText).join(' ← ')],
    [
      'pulled by',
      verdict.triggeredBy &&
        `${verdict.triggeredBy.unit}${verdict.triggeredBy.traceId ? ` (trace ${verdict.triggeredBy.traceId})` : ''}`,
    ],
    ...verdict.conflicts.map((conflict) => ['but', conflict] as const),
    ...verdict.basis.map((evidence, index) => [index === 0 ? 'proof' : '', proof(evidence)] as const),
    ['trace', incident.traceId],
  ];
  const lines = rows
    .filter(([, text]) => text !== undefined && text !== '')
    .map(([label, text]) => `  ${label.padEnd(10)}${text}`);
  return [`${incident.unit} stopped: ${verdict.summary}`, ...lines].map(printable).join('\n');
}

function when(incident: ClassifiedIncident['incident']): string {
  const from = formatUsec(incident.occurredAtUsec);
  if (incident.timeBasis === 'after') return `after ${from} (the evidence says only when the unit had started)`;
  if (incident.timeBasis === 'read') return 'unknown (the evidence has no time)';
  if (incident.endedAtUsec === undefined) return from;
  return `${from}, over after ${((incident.endedAtUsec - incident.occurredAtUsec) / 1_000_000).toFixed(3)} s`;
}

function who({ verdict }: ClassifiedIncident): string {
  const { sender } = verdict;
  if (sender === undefined) return verdict.endedByItself ? 'nobody: the service ended by itself' : 'unknown';
  const pid = sender.pid === undefined || sender.pid === 0 ? '' : `[${sender.pid}]`;
  const parts = [
    sender.unit && `in ${sender.unit}`,
    sender.user && `user ${sender.user}`,
    sender.command && `"${sender.command}"`,
  ].filter(Boolean);
  return `${sender.name}${pid}${parts.length > 0 ? ` ${parts.join(', ')}` : ''} (rule ${verdict.senderRule})`;
}

function ancestryText(ancestry: Ancestry): string {
  return ancestry.map(({ name, pid }) => (pid === undefined ? name : `${name}(${pid})`)).join(' › ');
}

function frameText(frame: Frame): string {
  const name = frame.function ?? frame.module?.slice(frame.module.lastIndexOf('/') + 1) ?? '?';
  return frame.reliable || frame.function === undefined ? name : `${name}?`;
}

function proof(evidence: Evidence): string {
  const place =
    evidence.origin === undefined ? evidence.source : `${evidence.source} ${evidence.origin.file}:${evidence.origin.line}`;
  const lines = evidence.raw.split('\n');
  // The sender is the last line of its ancestry; of anything else the first line says what it is.
  const line = (evidence.kind === 'process-tree' ? lines.at(-1) : lines[0])?.trim() ?? '';
  return `${place}: ${line.length > maxProofLength ? `${line.slice(0, maxProofLength)}…` : line}`;
}

/** Evidence comes from strangers: no control character of theirs reaches the operator's terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '�');
}
