import { type Evidence, maxRawLength, type ServiceState, type UnitRelations, type UnitState } from '../../model/evidence.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import { unitType } from '../../model/unit.ts';
import type { BusAsking, ListedUnit } from './bus-asking-connection.ts';
import { forEachLimited } from './for-each-limited.ts';
import { type Properties, serviceStateOf, unitStateOf } from './unit-properties.ts';
import { relationsOf } from './unit-relations.ts';

export interface StateReader {
  readonly asking: Pick<BusAsking, 'listUnits' | 'unitProperties' | 'serviceProperties'>;
  readonly nowUsec: () => RealtimeUsec;
  /** Gets a service's own properties before its unit's, as systemd announces them. */
  readonly emit: (evidence: Evidence) => void;
}

/** systemd answers one after the other; a few on the way keep it busy without keeping it from its work. */
const maxConcurrent = 4;

/**
 * The state of every service that is loaded, as systemd tells it when asked, and of those that were up before and are
 * now so much at rest that systemd has forgotten them.
 */
export async function readInitialStates(reader: StateReader, upBefore: ReadonlySet<string>): Promise<void> {
  const rows = await reader.asking.listUnits();
  const listed = new Set(rows.map(({ unit }) => unit));
  for (const unit of upBefore) if (!listed.has(unit)) reader.emit(forgotten(unit, reader.nowUsec()));
  await forEachLimited(rows.filter(isRealService), maxConcurrent, (row) => readService(row, reader));
}

/** A service may run on after its file is gone; names that only others mention are listed too. */
function isRealService({ unit, loadState, activeState }: ListedUnit): boolean {
  return unitType(unit) === 'service' && (loadState === 'loaded' || activeState !== 'inactive');
}

async function readService(row: ListedUnit, { asking, nowUsec, emit }: StateReader): Promise<void> {
  const [service, unit] = await Promise.all([asking.serviceProperties(row.path), asking.unitProperties(row.path)]);
  const atUsec = nowUsec();
  if (service !== undefined) emit(serviceState(row, service, atUsec));
  emit(unitState(row, unit, atUsec));
  if (unit !== undefined) emit(unitRelations(row.unit, unit, atUsec));
}

function serviceState({ unit, path }: ListedUnit, properties: Properties, atUsec: RealtimeUsec): ServiceState {
  const state = serviceStateOf(properties);
  return { kind: 'service-state', source: 'dbus', atUsec, unit, ...state, raw: answer('Service', path, state) };
}

function unitState(row: ListedUnit, properties: Properties | undefined, atUsec: RealtimeUsec): UnitState {
  const { unit, path, activeState, subState, jobId } = row;
  const state = properties === undefined ? { activeState, subState, jobId } : unitStateOf(properties);
  return { kind: 'unit-state', source: 'dbus', atUsec, unit, ...state, initial: true, raw: answer('Unit', path, state) };
}

/** @param properties of org.freedesktop.systemd1.Unit */
export function unitRelations(unit: string, properties: Properties, atUsec: RealtimeUsec): UnitRelations {
  const relations = relationsOf(properties);
  const words = relations.map((one) => `${one.relation}=${one.unit}`).join(' ');
  return { kind: 'unit-relations', source: 'dbus', atUsec, unit, relations, raw: words.slice(0, maxRawLength) };
}

function answer(interfaceName: string, path: string, state: object): string {
  return `asked for ${interfaceName} of ${path}: ${JSON.stringify(state)}`;
}

function forgotten(unit: string, atUsec: RealtimeUsec): UnitState {
  const raw = `asked for all units: ${unit} is not loaded any more`;
  return {
    kind: 'unit-state',
    source: 'dbus',
    atUsec,
    unit,
    activeState: 'inactive',
    subState: 'dead',
    jobId: 0,
    initial: true,
    raw,
  };
}
