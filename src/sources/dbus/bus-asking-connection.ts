import { BusError, isBusError } from './bus-error.ts';
import { dictionaryOf } from './bus-message.ts';
import { systemdName } from './stop-methods.ts';
import type { BusCall, SystemBus } from './system-bus.ts';
import type { Properties } from './unit-properties.ts';

/** A row of Manager.ListUnits, which lists what is loaded and loads nothing. */
export interface ListedUnit {
  readonly unit: string;
  readonly loadState: string;
  readonly activeState: string;
  readonly subState: string;
  readonly path: string;
  /** 0 where the unit has no job. */
  readonly jobId: number;
}

/**
 * What we ask the bus and systemd. Each of these is cheap and leaves systemd as it was; calls that load units are
 * missing on purpose: GetUnit, LoadUnit and properties of units that are not loaded (SYSTEMD.md §6.2).
 */
export interface BusAsking {
  addMatch(rule: string): Promise<void>;
  /** Unique name; undefined where nobody owns it. */
  ownerOf(name: string): Promise<string | undefined>;
  uniqueNames(): Promise<readonly string[]>;
  /** The process that opened the connection; undefined where it is gone, or the bus does not know. */
  pidOf(uniqueName: string): Promise<number | undefined>;
  /** Without it systemd sends no signals to the bus. */
  subscribe(): Promise<void>;
  listUnits(): Promise<readonly ListedUnit[]>;
  /** Of a unit that is loaded; undefined where systemd says it is not. */
  unitProperties(path: string): Promise<Properties | undefined>;
  serviceProperties(path: string): Promise<Properties | undefined>;
  /** Type= of a service: it never changes while the unit is loaded, so no signal tells it. */
  serviceType(path: string): Promise<string | undefined>;
  /** undefined where the job is over. */
  jobType(jobId: number): Promise<string | undefined>;
}

export function askOver(bus: SystemBus): BusAsking {
  const askBus = (member: string, ...body: readonly string[]) => bus.call({ ...busDaemon, member, ...strings(body) });
  const askManager = (member: string) => bus.call({ ...manager, member });
  const askProperties = (path: string, member: string, ...body: readonly string[]) =>
    bus.call({ ...properties, path, member, ...strings(body) });
  const allProperties = async (path: string, interfaceName: string) =>
    unlessRefused(askProperties(path, 'GetAll', `${systemdName}.${interfaceName}`).then(([all]) => dictionaryOf(all)));

  return {
    addMatch: async (rule) => void (await askBus('AddMatch', rule)),
    ownerOf: (name) => unlessRefused(askBus('GetNameOwner', name).then(([owner]) => text(owner))),
    uniqueNames: async () => list((await askBus('ListNames'))[0]).filter(isUniqueName),
    pidOf: (name) => unlessRefused(askBus('GetConnectionUnixProcessID', name).then(([pid]) => processId(pid))),
    subscribe: () => askManager('Subscribe').then(() => undefined, tolerate(`${systemdName}.AlreadySubscribed`)),
    listUnits: async () => list((await askManager('ListUnits'))[0]).flatMap(listedUnit),
    unitProperties: (path) => allProperties(path, 'Unit'),
    serviceProperties: (path) => allProperties(path, 'Service'),
    serviceType: (path) =>
      unlessRefused(askProperties(path, 'Get', `${systemdName}.Service`, 'Type').then(([type]) => text(type))),
    jobType: (jobId) => {
      const path = `/org/freedesktop/systemd1/job/${jobId}`;
      return unlessRefused(askProperties(path, 'Get', `${systemdName}.Job`, 'JobType').then(([type]) => text(type)));
    },
  };
}

const busDaemon = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };
const manager = { destination: systemdName, path: '/org/freedesktop/systemd1', interface: `${systemdName}.Manager` };
const properties = { destination: systemdName, interface: 'org.freedesktop.DBus.Properties' };

function strings(body: readonly string[]): Pick<BusCall, 'signature' | 'body'> {
  return { signature: 's'.repeat(body.length), body };
}

/** An error reply is an answer; no reply is not. */
async function unlessRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof BusError) return undefined;
    throw error;
  }
}

function tolerate(errorName: string): (error: unknown) => void {
  return (error) => {
    if (!isBusError(error, errorName)) throw error;
  };
}

/**
 * Of GetConnectionUnixProcessID. GetConnectionCredentials also hands over a file descriptor of the process, and dbus-broker
 * (seen: 37) disconnects whoever cannot receive one, as dbus-next cannot.
 */
function processId(pid: unknown): number | undefined {
  return typeof pid === 'number' && pid > 0 ? pid : undefined;
}

/** `ssssssouso`: name, description, load, active and sub state, followed unit, path, job id, type and path. */
function listedUnit(row: unknown): readonly ListedUnit[] {
  const [unit, , loadState, activeState, subState, , path, jobId] = list(row);
  if (!isText(unit) || !isText(loadState) || !isText(activeState) || !isText(subState) || !isText(path)) return [];
  return [{ unit, loadState, activeState, subState, path, jobId: typeof jobId === 'number' ? jobId : 0 }];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function text(value: unknown): string | undefined {
  return isText(value) ? value : undefined;
}

function isUniqueName(name: unknown): name is string {
  return isText(name) && name.startsWith(':');
}
