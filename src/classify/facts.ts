import type { CallPath, Evidence, JournalEntry, JournalEvent, ServiceState, StopRequest, UnitState } from '../model/evidence.ts';
import type { Incident, StopPhase } from '../model/incident.ts';
import { type CallPathMatch, matchFirstCallPath } from './match-call-path.ts';

/** How the main process ended. */
export interface Exit {
  readonly code: 'exited' | 'killed' | 'dumped';
  readonly status: number;
  readonly evidence: Evidence;
}

/** What the rules ask of an incident's evidence, looked up once. */
export interface Facts {
  readonly incident: Incident;
  readonly path: CallPathMatch | undefined;
  /** The first record with frames: what is shown as the call path. */
  readonly shownPath: CallPath | undefined;
  /** The first state in which D-Bus shows the unit stopping or stopped. */
  readonly edge: UnitState | undefined;
  /** The Service properties that came with it. */
  readonly edgeService: ServiceState | undefined;
  readonly result: { readonly word: string; readonly evidence: Evidence } | undefined;
  readonly exit: Exit | undefined;
  /** Requests for this unit that were not refused and can stop it. */
  readonly requests: readonly StopRequest[];
  readonly journal: (...events: readonly JournalEvent[]) => JournalEntry | undefined;
  /** Main pids that the evidence names. */
  readonly mainPids: ReadonlySet<number>;
  readonly phase: StopPhase;
}

export function factsOf(incident: Incident): Facts {
  const { evidence } = incident;
  const paths = evidence.filter((one) => one.kind === 'call-path');
  const path = matchFirstCallPath(paths);
  const edge = evidence.find((one): one is UnitState => one.kind === 'unit-state' && isFall(one));
  return {
    incident,
    path,
    shownPath: path?.path ?? paths.find(({ frames }) => frames.length > 0),
    edge,
    edgeService: edgeServiceOf(evidence, edge),
    result: resultOf(evidence, paths[0]),
    exit: exitOf(evidence),
    requests: evidence.filter((one): one is StopRequest => one.kind === 'request' && one.refused === undefined && stops(one)),
    journal: (...events) => evidence.find((one): one is JournalEntry => one.kind === 'journal' && events.includes(one.event)),
    mainPids: mainPidsOf(evidence),
    phase: phaseOf(paths[0], edge),
  };
}

function isFall(state: UnitState): boolean {
  return (
    state.activeState === 'deactivating' ||
    state.activeState === 'inactive' ||
    state.activeState === 'failed' ||
    state.subState?.startsWith('auto-restart') === true
  );
}

/** A request that can stop the unit it names. */
function stops(request: StopRequest): boolean {
  return (
    request.action !== 'start' && request.action !== 'reload' && request.action !== 'manager-reload' && request.action !== 'clean'
  );
}

function edgeServiceOf(evidence: readonly Evidence[], edge: UnitState | undefined): ServiceState | undefined {
  const states = evidence.filter((one): one is ServiceState => one.kind === 'service-state');
  const edgeAtUsec = edge?.atUsec;
  if (edgeAtUsec === undefined) return states[0];
  return states.findLast(({ atUsec }) => atUsec === undefined || atUsec <= edgeAtUsec) ?? states[0];
}

/** The first failure counts: systemd ≥ 239 keeps it too, 219 overwrites it (SYSTEMD.md finding 10). */
function resultOf(evidence: readonly Evidence[], firstPath: CallPath | undefined): Facts['result'] {
  if (firstPath?.result !== undefined && firstPath.result !== 'success') return { word: firstPath.result, evidence: firstPath };
  for (const one of evidence) {
    const word = one.kind === 'service-state' ? one.result : one.kind === 'journal' ? one.unitResult : undefined;
    if (word !== undefined && word !== 'success') return { word, evidence: one };
  }
  const success = evidence.find(
    (one) => (one.kind === 'service-state' && one.result === 'success') || (one.kind === 'journal' && one.event === 'success'),
  );
  return success === undefined ? undefined : { word: 'success', evidence: success };
}

const waitCodes: Readonly<Record<number, Exit['code']>> = { 1: 'exited', 2: 'killed', 3: 'dumped' };

function exitOf(evidence: readonly Evidence[]): Exit | undefined {
  for (const one of evidence) {
    const exit = exitIn(one);
    if (exit !== undefined) return exit;
  }
  return undefined;
}

function exitIn(evidence: Evidence): Exit | undefined {
  switch (evidence.kind) {
    case 'call-path':
      return evidence.exit === undefined ? undefined : { ...evidence.exit, evidence };
    case 'service-state':
      return serviceExit(evidence);
    case 'journal':
      return journalExit(evidence);
    default:
      return undefined;
  }
}

function serviceExit(state: ServiceState): Exit | undefined {
  const code = waitCodes[state.execMainCode ?? 0];
  return code === undefined ? undefined : { code, status: state.execMainStatus ?? 0, evidence: state };
}

function journalExit(entry: JournalEntry): Exit | undefined {
  if (entry.event !== 'process-exit' || entry.process === 'control') return undefined;
  const code = entry.exitCode;
  if (code !== 'exited' && code !== 'killed' && code !== 'dumped') return undefined;
  return { code, status: entry.exitStatus ?? 0, evidence: entry };
}

function mainPidsOf(evidence: readonly Evidence[]): ReadonlySet<number> {
  const pids = new Set<number>();
  for (const one of evidence) {
    if (one.kind !== 'service-state' && one.kind !== 'call-path') continue;
    if (one.mainPid !== undefined && one.mainPid > 1) pids.add(one.mainPid);
    if (one.kind === 'service-state' && one.execMainPid !== undefined && one.execMainPid > 1) pids.add(one.execMainPid);
  }
  return pids;
}

/** Never active in this life: its start failed. Where a message was cut off, a time may be missing for another reason. */
function phaseOf(path: CallPath | undefined, edge: UnitState | undefined): StopPhase {
  if (path?.oldState !== undefined) return phaseOfState(path.oldState);
  if (edge?.inactiveExitedAtUsec === undefined || edge.stateChangedAtUsec === undefined) return 'running';
  return (edge.activeEnteredAtUsec ?? 0) < edge.inactiveExitedAtUsec ? 'start' : 'running';
}

function phaseOfState(state: string): StopPhase {
  if (state.startsWith('start') || state === 'condition' || state === 'activating') return 'start';
  return state.startsWith('reload') || state.startsWith('refresh') ? 'reload' : 'running';
}
