import { classify } from '../../src/classify/classify.ts';
import { Correlator } from '../../src/correlate/correlator.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { Incident, Verdict } from '../../src/model/incident.ts';
import { testHost } from './evidence.ts';

export interface Stop {
  readonly incident: Incident;
  readonly verdict: Verdict;
}

/** Evidence in the order given, each arriving at its own time; then the end of the recording. */
export function stopsOf(evidence: readonly Evidence[]): readonly Stop[] {
  const correlator = new Correlator({ host: () => testHost, settleMs: 300, readAtUsec: 0, isRecording: true });
  let nowMs = 0;
  const incidents = evidence.flatMap((one) => {
    nowMs = Math.max(nowMs, (one.atUsec ?? 0) / 1000);
    return correlator.accept(one, nowMs);
  });
  return [...incidents, ...correlator.drain(true)].flatMap((incident) => {
    const verdict = classify(incident);
    return verdict === undefined ? [] : [{ incident, verdict }];
  });
}

/** `cause` of each stop, in order. */
export function causesOf(evidence: readonly Evidence[]): readonly string[] {
  return stopsOf(evidence).map(({ verdict }) => verdict.cause);
}
