import type { Evidence, ServiceState, UnitState } from '../../model/evidence.ts';
import { redactText } from '../../model/redact.ts';
import { isRealtimeUsec, type RealtimeUsec } from '../../model/time.ts';
import { unitOfObjectPath } from '../../model/unit.ts';
import { present } from '../present.ts';
import { type BusMessage, dictionaryOf, printBusMessage } from './bus-message.ts';
import type { Witness } from './witness.ts';

export type Properties = ReadonlyMap<unknown, unknown>;

/** Those that are read. */
export const unitProperties: ReadonlySet<string> = new Set([
  'ActiveState',
  'SubState',
  'Job',
  'StateChangeTimestamp',
  'ActiveEnterTimestamp',
  'ActiveExitTimestamp',
  'InactiveEnterTimestamp',
  'InactiveExitTimestamp',
  'ConditionResult',
  'InvocationID',
]);

export const serviceProperties: ReadonlySet<string> = new Set([
  'MainPID',
  'ControlPID',
  'Result',
  'ExecMainPID',
  'ExecMainCode',
  'ExecMainStatus',
  'NRestarts',
  'StatusText',
  'Type',
]);

export const readProperties: ReadonlySet<string> = new Set([...unitProperties, ...serviceProperties]);

/** What a unit's PropertiesChanged tells; nothing where it is of another object or interface. */
export function propertiesChanged(message: BusMessage, witness: Witness): readonly Evidence[] {
  const unit = unitOfObjectPath(message.path ?? '');
  if (unit === undefined || unit === '') return [];
  const [interfaceName, changed] = message.body;
  const properties = dictionaryOf(changed);
  const printed = (keys: ReadonlySet<string>): string =>
    printBusMessage({ ...message, body: [interfaceName, withoutSecrets(properties)] }, keys);
  const sender = message.sender === undefined ? {} : { busName: message.sender };
  if (interfaceName === 'org.freedesktop.systemd1.Unit') {
    const state = unitStateOf(properties);
    return isEmpty(state) ? [] : [{ kind: 'unit-state', ...witness, unit, ...state, ...sender, raw: printed(unitProperties) }];
  }
  if (interfaceName === 'org.freedesktop.systemd1.Service') {
    const state = serviceStateOf(properties);
    return isEmpty(state)
      ? []
      : [{ kind: 'service-state', ...witness, unit, ...state, ...sender, raw: printed(serviceProperties) }];
  }
  return [];
}

/** Of the properties that are read only one is free text. To look for secrets in all of it was a seventh of what a storm costs. */
function withoutSecrets(properties: Properties): Properties {
  const statusText = properties.get('StatusText');
  return typeof statusText === 'string' && statusText !== ''
    ? new Map(properties).set('StatusText', redactText(statusText))
    : properties;
}

function isEmpty(state: object): boolean {
  return Object.keys(state).length === 0;
}

type UnitFields = Omit<UnitState, 'kind' | 'source' | 'raw' | 'unit'>;
type ServiceFields = Omit<ServiceState, 'kind' | 'source' | 'raw' | 'unit'>;

/**
 * Properties of org.freedesktop.systemd1.Unit. While a unit is deactivating, InactiveExitTimestamp and
 * ActiveEnterTimestamp are still when it was *started*.
 */
export function unitStateOf(properties: Properties): UnitFields {
  return present({
    activeState: text(properties.get('ActiveState')),
    subState: text(properties.get('SubState')),
    jobId: jobId(properties.get('Job')),
    stateChangedAtUsec: time(properties.get('StateChangeTimestamp')),
    activeEnteredAtUsec: time(properties.get('ActiveEnterTimestamp')),
    activeExitedAtUsec: time(properties.get('ActiveExitTimestamp')),
    inactiveEnteredAtUsec: time(properties.get('InactiveEnterTimestamp')),
    inactiveExitedAtUsec: time(properties.get('InactiveExitTimestamp')),
    conditionResult: flag(properties.get('ConditionResult')),
    invocationId: invocationId(properties.get('InvocationID')),
  });
}

/** Properties of org.freedesktop.systemd1.Service. */
export function serviceStateOf(properties: Properties): ServiceFields {
  const statusText = text(properties.get('StatusText'), maxStatusTextLength);
  return present({
    mainPid: count(properties.get('MainPID')),
    controlPid: count(properties.get('ControlPID')),
    result: text(properties.get('Result')),
    execMainPid: count(properties.get('ExecMainPID')),
    execMainCode: count(properties.get('ExecMainCode')),
    execMainStatus: count(properties.get('ExecMainStatus')),
    restarts: count(properties.get('NRestarts')),
    serviceType: text(properties.get('Type')),
    statusText: statusText === undefined ? undefined : redactText(statusText),
  });
}

const maxStatusTextLength = 256;
/** systemd's own words are half as long. */
const maxWordLength = 64;

function text(value: unknown, maxLength = maxWordLength): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, maxLength) : undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** systemd says 0 for never. */
function time(value: unknown): RealtimeUsec | undefined {
  return typeof value === 'number' && value > 0 && isRealtimeUsec(value) ? value : undefined;
}

/** `(uo)`; `(0, "/")` where there is no job. */
function jobId(value: unknown): number | undefined {
  return Array.isArray(value) ? count(value[0]) : undefined;
}

/** `ay`: 16 bytes, or none where the unit has not run. */
function invocationId(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length !== 16 || !value.every(isByte)) return undefined;
  return value.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function isByte(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}
