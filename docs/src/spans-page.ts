import { semantic, systemd } from '../../src/trace/attribute-names.ts';
import { planSpans } from '../../src/trace/plan-spans.ts';
import type { PlannedSpan } from '../../src/trace/planned-span.ts';
import { attributeMeanings } from './attribute-meanings.ts';
import { code, page, table } from './markdown.ts';
import { recordedIncidents } from './recorded-incidents.ts';

type Role = PlannedSpan['role'];

const roles: Readonly<Record<Role, string>> = {
  stop: 'The stop itself: request or first frame to inactive. Status ERROR with the sentence where it is no orderly stop.',
  request: 'Present where a sender is known; its children are the ancestry.',
  process: 'One process of the ancestry, outermost first; the leaf is the sender.',
  'call-path': 'The call path of PID 1.',
  frame: 'One function of it, outermost first.',
  state: 'One state of the unit whose end was seen, with its real duration.',
};

/** Spans and attributes, with examples from the recordings. */
export async function spansPage(): Promise<string> {
  const spans = (await recordedIncidents()).flatMap(planSpans);
  const rows = Object.entries(roles).map(([role, meaning]) => spanRow(role as Role, meaning, spans));
  const seen = attributesSeen(spans);
  return page(
    'Spans',
    'src/trace and the recordings in test/scenarios',
    introduction,
    table(['span', 'example of a name', 'kind of thing', 'attributes seen'], rows),
    '## Attributes\n',
    table(
      ['attribute', 'meaning', 'example'],
      attributeNames().map((name) => attributeRow(name, seen)),
    ),
    notes,
  );
}

function spanRow(role: Role, meaning: string, spans: readonly PlannedSpan[]): readonly string[] {
  const own = spans.filter((span) => span.role === role);
  const attributes = [...new Set(own.flatMap(({ attributes }) => Object.keys(attributes)))].toSorted();
  return [role, code(own[0]?.name ?? ''), meaning, attributes.map(code).join(' ')];
}

type Seen = ReadonlyMap<string, string>;

/** The first value of each, on a span or on an event. */
function attributesSeen(spans: readonly PlannedSpan[]): Seen {
  const seen = new Map<string, string>();
  for (const { attributes, events } of spans)
    for (const values of [attributes, ...events.map((event) => event.attributes)])
      for (const [name, value] of Object.entries(values)) if (!seen.has(name)) seen.set(name, String(value));
  return seen;
}

function attributeNames(): readonly string[] {
  const prefixes: readonly string[] = [systemd.detailPrefix];
  return [...Object.values(semantic), ...Object.values(systemd)].filter((name) => !prefixes.includes(name));
}

function attributeRow(name: string, seen: Seen): readonly string[] {
  const meaning = attributeMeanings[name];
  if (meaning === undefined) throw new Error(`Say in docs/src/attribute-meanings.ts what "${name}" means`);
  return [code(name), meaning, example(seen.get(name))];
}

/** Too long for a cell says enough with its beginning. */
function example(value: string | undefined): string {
  if (value === undefined || value === '') return '';
  return code(value.length > 60 ? `${value.slice(0, 59)}…` : value);
}

const introduction = `One trace for each stop, with one root. Ids are derived from the evidence (machine, boot, unit, invocation, time): sending again, or
replaying a recording, gives the same trace. Names follow OpenTelemetry's conventions where they have one; \`systemd.unit.name\` is the
collector's; the rest is ours.
`;

const notes = `Details of the verdict are attributes \`systemd.stop.*\` too: \`cgroup_empty.by\` (\`signal\`, \`exit\`, \`migration\`), \`timeout\`, \`needed_sigkill\`,
\`auto_restart\`. Ancestry and frames share the instant of the stop in steps of 1 µs, so that their order is kept: their lengths mean nothing. No span
begins at the birth of a process, which would flatten the time axis. Commands are redacted. A sender that runs under a trace
(\`TRACEPARENT\` in its environment) is linked to it, a stop that another unit's stop pulled in to that one's trace.
`;
