import type { IncidentDocument } from '../../../src/model/incident-document.ts';
import type { Suite } from '../machine.ts';
import type { ExpectedStop } from '../scenarios/scenario.ts';
import type { Actor, Performance } from './perform.ts';

/** How the verdicts on one scenario compare with what happened. */
export interface Judgement {
  readonly scenario: string;
  readonly stops: number;
  readonly missed: number;
  /** Counted more often than it happened, or though it was none. */
  readonly doubled: number;
  readonly causesRight: number;
  readonly senders: Readonly<Record<SenderMark, number>>;
  /** Of the senders that were named rightly and wrote down their ancestry: whose was right. */
  readonly ancestries: { readonly known: number; readonly right: number };
  /** Of the stops that another unit's pulled in: for how many that unit was named. */
  readonly triggers: { readonly known: number; readonly right: number };
  /** What is not right, in words without pids and times. */
  readonly remarks: readonly string[];
}

type SenderMark = 'right' | 'unknown' | 'wrong';

export interface Truth extends Pick<Performance, 'scenario' | 'actors'> {
  readonly suite: Suite;
}

/** @param incidents those of the time in which the scenario was carried out */
export function judge({ scenario, suite, actors }: Truth, incidents: readonly IncidentDocument[]): Judgement {
  const expected = scenario.expect.filter(({ suites }) => suites?.includes(suite) ?? true);
  const stops = expected.map((stop) => judgeStops(stop, actors, incidents));
  const units = new Set(expected.map(({ unit }) => unit));
  // Where the machine ends, all that ran in it stops.
  const unexpected = scenario.last === true ? [] : incidents.filter(({ unit }) => !units.has(unit));
  const sum = (count: (judged: JudgedStops) => number): number => stops.reduce((total, judged) => total + count(judged), 0);
  const sumOfIncidents = (count: (judged: JudgedIncident) => boolean): number =>
    stops.flatMap(({ judged }) => judged).filter(count).length;
  return {
    scenario: scenario.name,
    stops: sum(({ count }) => count),
    missed: sum(({ count, found }) => Math.max(0, count - found)),
    doubled: unexpected.length + sum(({ count, found }) => Math.max(0, found - count)),
    causesRight: sumOfIncidents(({ cause }) => cause),
    senders: {
      right: sumOfIncidents(({ sender }) => sender === 'right'),
      unknown: sumOfIncidents(({ sender }) => sender === 'unknown'),
      wrong: sumOfIncidents(({ sender }) => sender === 'wrong'),
    },
    ancestries: {
      known: sumOfIncidents(({ ancestry }) => ancestry !== undefined),
      right: sumOfIncidents(({ ancestry }) => ancestry === true),
    },
    triggers: {
      known: sumOfIncidents(({ trigger }) => trigger !== undefined),
      right: sumOfIncidents(({ trigger }) => trigger === true),
    },
    remarks: [
      ...unexpected.map(({ unit, cause }) => `${unit}: ${cause}, though it did not stop`),
      ...stops.flatMap(({ remarks }) => remarks),
    ],
  };
}

interface JudgedStops {
  readonly count: number;
  readonly found: number;
  readonly judged: readonly JudgedIncident[];
  readonly remarks: readonly string[];
}

/** What a unit did, against what is told of it. More incidents than stops are judged by the first ones. */
function judgeStops(stop: ExpectedStop, actors: readonly Actor[], incidents: readonly IncidentDocument[]): JudgedStops {
  const { unit, count = 1 } = stop;
  const own = incidents.filter((incident) => incident.unit === unit);
  const judged = own.slice(0, count).map((incident) => judgeIncident(stop, actors, incident));
  const counted = own.length === count ? [] : [`${unit}: ${own.length} of ${count} stops (${own.map(({ cause }) => cause)})`];
  return { count, found: own.length, judged, remarks: [...counted, ...judged.flatMap(({ remarks }) => remarks)] };
}

interface JudgedIncident {
  readonly cause: boolean;
  readonly sender: SenderMark;
  /** undefined where there is nothing to compare with. */
  readonly ancestry: boolean | undefined;
  readonly trigger: boolean | undefined;
  readonly remarks: readonly string[];
}

function judgeIncident(stop: ExpectedStop, actors: readonly Actor[], incident: IncidentDocument): JudgedIncident {
  const cause = incident.cause === stop.cause || incident.cause === stop.orCause;
  const sender = markSender(stop, actors, incident);
  const actor = sender === 'right' ? actors.find(({ pid }) => pid === incident.sender?.pid) : undefined;
  const ancestry = actor === undefined ? undefined : hasAncestry(actor, incident);
  const trigger = stop.triggeredBy === undefined ? undefined : incident.triggered_by?.unit === stop.triggeredBy;
  const remarks = [
    cause ? [] : [`cause ${incident.cause} (${incident.rule}), not ${stop.cause}`],
    sender === 'right' && actor !== undefined && incident.sender?.unit === null ? ['sender without its unit'] : [],
    sender === 'wrong' ? [`sender ${senderText(incident)}, not ${stop.sender ?? 'nobody'}`] : [],
    ancestry === false ? [`ancestry ${incident.ancestry.map(({ name }) => name).join(' > ')}`] : [],
    trigger === false ? [`triggered by ${incident.triggered_by?.unit ?? 'nobody'}, not ${stop.triggeredBy}`] : [],
  ].flat();
  return { cause, sender, ancestry, trigger, remarks: remarks.map((remark) => `${stop.unit}: ${remark}`) };
}

/**
 * Nobody named where somebody acted is honest, and so is PID 1 for a cgroup that somebody emptied unseen. Where nobody is
 * behind it, PID 1 carried it out.
 */
function markSender(stop: ExpectedStop, actors: readonly Actor[], { sender, cause }: IncidentDocument): SenderMark {
  if (sender === null) return stop.sender === undefined ? 'right' : 'unknown';
  const isPidOne = sender.pid === 1 && sender.name === 'systemd';
  if (stop.sender === undefined || stop.sender === 'systemd') return isPidOne ? 'right' : 'wrong';
  if (isPidOne && cause === 'cgroup-empty') return 'unknown';
  // Known by name and unit, but gone before the kernel's pid could be told as PID 1's: not who else it could have been.
  if (sender.pid === null && actors.some(({ name, unit }) => name === sender.name && unit === sender.unit)) return 'unknown';
  if (stop.command !== undefined && sender.command !== null && sender.command !== stop.command) return 'wrong';
  const actor = actors.find(({ pid, name }) => pid === sender.pid && name === stop.sender);
  return actor !== undefined && sender.name === actor.name && (sender.unit ?? actor.unit) === actor.unit ? 'right' : 'wrong';
}

function hasAncestry(actor: Actor, { ancestry }: IncidentDocument): boolean {
  const expected = [...actor.ancestry, actor];
  return (
    ancestry.length === expected.length &&
    ancestry.every(({ pid, name }, index) => pid === expected[index]?.pid && name === expected[index]?.name)
  );
}

function senderText({ sender }: IncidentDocument): string {
  return sender === null ? 'nobody' : `${sender.name} in ${sender.unit ?? 'no unit'}`;
}
