import type { Evidence } from '../model/evidence.ts';
import type { Incident, TriggeredBy, Verdict } from '../model/incident.ts';
import { causeRules, type Finding } from './cause-rules.ts';
import { findConflicts } from './conflicts.ts';
import { detailsOf } from './details.ts';
import { type Facts, factsOf } from './facts.ts';
import { findSender } from './sender-rules.ts';
import { summarize } from './summary.ts';

const unknown: Finding = { cause: 'unknown', attribution: 'none', basis: [], rule: 'no-rule' };

/** What is left of the evidence would give half an answer. */
const tooMuch: Finding = { ...unknown, rule: 'too-much-at-once' };

/** The verdict on an incident; undefined where the evidence says that it was no stop. Pure. */
export function classify(incident: Incident): Verdict | undefined {
  const facts = factsOf(incident);
  const finding = incident.truncated === true ? tooMuch : findCause(facts);
  const { cause } = finding;
  if (cause === 'not-a-stop') return undefined;
  const who = findSender(facts, finding);
  const triggeredBy = triggeredByOf(incident, finding);
  const { result, exit } = facts;
  return {
    cause,
    attribution: cause === 'unknown' ? 'none' : finding.attribution,
    rule: finding.rule ?? 'no-rule',
    ...(who.sender === undefined ? {} : { sender: who.sender }),
    ...(who.sender === undefined ? {} : { senderRule: who.rule }),
    endedByItself: who.endedByItself === true,
    ancestry: who.ancestry ?? [],
    callPath: facts.shownPath?.frames ?? [],
    ...(result === undefined ? {} : { result: result.word }),
    ...(exit === undefined ? {} : { exit: { code: exit.code, status: exit.status } }),
    ...(triggeredBy === undefined ? {} : { triggeredBy }),
    phase: facts.phase,
    basis: unique([...finding.basis, ...who.basis]),
    conflicts: findConflicts(facts, finding),
    details: detailsOf(facts, finding, who),
    summary: summarize(facts, finding, who),
  };
}

function findCause(facts: Facts): Finding {
  for (const rule of causeRules) {
    const finding = rule.find(facts);
    if (finding !== undefined && finding.cause !== 'unknown') return { ...finding, rule: finding.rule ?? rule.name };
  }
  return { ...unknown, basis: facts.shownPath === undefined ? [] : [facts.shownPath] };
}

function triggeredByOf(incident: Incident, { triggeredByUnit }: Finding): TriggeredBy | undefined {
  if (triggeredByUnit === undefined) return undefined;
  const traceId = incident.neighbours?.[triggeredByUnit];
  return { unit: triggeredByUnit, ...(traceId === undefined ? {} : { traceId }) };
}

function unique(evidence: readonly Evidence[]): readonly Evidence[] {
  return [...new Set(evidence)];
}
