import { shippedSettleMs } from '../../../src/config/serve-flags.ts';
import type { Evidence } from '../../../src/model/evidence.ts';
import { createPipeline, type Pipeline } from '../../../src/pipeline.ts';
import { callPath, jobAdded, jobRemoved, request, serviceState, testHost, unitState } from '../../support/evidence.ts';
import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { growthExponent, median } from '../statistics.ts';

const sizes = [300, 3_000, 30_000] as const;

type StopMaker = (index: number) => readonly Evidence[];

export const verdictsRow: Row = {
  name: 'verdicts',
  needsBed: false,
  about: 'stops per second through correlate and classify, of 1,000 units in turn: as a probe alone sees them, and bus and probe',
  async measure(scale: Scale): Promise<readonly Finding[]> {
    const rounds = scale === 'full' ? 9 : 3;
    return [...measureStops('a probe', seenByProbe, rounds), ...measureStops('bus and probe', seenByAll, rounds)];
  },
};

function measureStops(witnesses: string, stopOf: StopMaker, rounds: number): readonly Finding[] {
  const rates = new Map<number, number[]>(sizes.map((size) => [size, []]));
  for (let round = -1; round < rounds; round++) {
    const runs = sizes.map((size) => createRun(size, stopOf));
    // In turn, batch by batch: what else the machine does meets all sizes alike.
    for (let fed = 0; fed < Math.max(...sizes); fed += atOnce) for (const run of runs) run.feed();
    if (round >= 0) for (const run of runs) rates.get(run.size)?.push(run.perSecond());
  }
  const contenders = Object.fromEntries(
    [...rates].reverse().map(([size, values]) => [`${size.toLocaleString('en')} stops`, values]),
  );
  const seconds = sizes.map((size) => [size, size / median(rates.get(size) ?? [])] as const);
  const slowest = Math.min(...[...rates.values()].map(median));
  return [
    reaching(finding(`correlate and classify: ${witnesses}`, 'stops/s', contenders), '≥ 20,000 a second', slowest >= 20_000),
    finding(`growth of correlate and classify: ${witnesses}`, 'exponent', { ours: growthExponent(seconds) }),
  ];
}

/** Evidence is made as it comes, outside of the time: to hold all of it would measure the collector of garbage. */
const atOnce = 100;

interface Run {
  readonly size: number;
  /** The next stops; after as many as its size it begins anew. */
  feed(): void;
  perSecond(): number;
}

function createRun(size: number, stopOf: StopMaker): Run {
  let counted = createCounted();
  let first = 0;
  let stops = 0;
  let milliseconds = 0;
  return {
    size,
    feed() {
      const evidence = Array.from({ length: atOnce }, (_, index) => stopOf(first + index)).flat();
      first += atOnce;
      const startedAt = performance.now();
      for (const piece of evidence) counted.pipeline.observe(piece, (piece.atUsec ?? 0) / 1000);
      if (first === size) counted.pipeline.finish(true);
      milliseconds += performance.now() - startedAt;
      stops += atOnce;
      if (first < size) return;
      if (counted.requested() !== size) throw new Error(`${counted.requested()} of ${size} stops were found to be requested`);
      counted = createCounted();
      first = 0;
    },
    perSecond: () => (stops / milliseconds) * 1000,
  };
}

function createCounted(): { readonly pipeline: Pipeline; requested(): number } {
  let requested = 0;
  const pipeline = createPipeline({
    correlator: { host: () => testHost, settleMs: shippedSettleMs, readAtUsec: 0, isRecording: true },
    isWanted: () => true,
    telemetry: uncounted,
    deliver: (closed) => {
      requested += closed.filter(({ verdict }) => verdict.cause === 'requested').length;
    },
  });
  return { pipeline, requested: () => requested };
}

export const uncounted = {
  evidenceSeen: () => undefined,
  evidenceDiscarded: () => undefined,
  evidenceLate: () => undefined,
  callPathUnrecognised: () => undefined,
};

const stopJob = ['service_enter_stop', 'service_stop', 'unit_stop', 'job_perform_on_unit', 'job_run_and_invalidate'] as const;

/** Ten stops a second of evidence time: what a storm has, without being one. */
function seenByAll(index: number): readonly Evidence[] {
  const at = index * 100_000;
  const unit = `application-${index % 1000}.service`;
  return [
    unitState(at - 2_000, 'active', 'running', { unit }),
    request(at - 1_000, { unit, busName: `:1.${index}`, method: 'StopUnit' }),
    jobAdded(at, index + 1, unit),
    callPath(at + 1_000, stopJob, { unit }),
    unitState(at + 2_000, 'deactivating', 'stop-sigterm', { unit, jobId: index + 1 }),
    serviceState(at + 8_000, { unit }),
    unitState(at + 9_000, 'inactive', 'dead', { unit }),
    jobRemoved(at + 10_000, index + 1, unit),
  ];
}

const dead = ['service_enter_dead', 'service_sigchld_event', 'manager_dispatch_sigchld'] as const;

function seenByProbe(index: number): readonly Evidence[] {
  const at = index * 100_000;
  const unit = `application-${index % 1000}.service`;
  return [callPath(at, stopJob, { unit, oldState: 'running' }), callPath(at + 9_000, dead, { unit, oldState: 'stop-sigterm' })];
}
