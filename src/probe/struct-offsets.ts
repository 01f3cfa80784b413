import { type JobModes, jobModes, type ServiceStates, serviceStates } from './systemd-words.ts';

/** Where the fields we read lie in systemd's structures, in bytes (SYSTEMD.md §2.4). */
export interface StructOffsets {
  readonly unitId: number;
  readonly unitType: number;
  readonly serviceState: number;
  readonly serviceResult: number;
  readonly mainPid: number;
  readonly jobUnit: number;
  readonly jobId: number;
  readonly jobType: number;
  readonly messageBus: number;
  readonly messageSender: number;
  /** `ucred.pid` of a private connection. */
  readonly peerPid: number;
}

/** Functions of service.c that no symbol table names: entries of its UnitVTable. */
export const serviceFunctions = [
  'service_coldplug',
  'service_start',
  'service_stop',
  'service_reload',
  'service_sigchld_event',
  'service_notify_cgroup_empty_event',
  'service_notify_cgroup_oom_event',
  'service_notify_message',
  'service_bus_name_owner_change',
] as const;
export type ServiceFunction = (typeof serviceFunctions)[number];

/** One version of systemd as its binaries lay it out. */
export interface SystemdBuild {
  readonly version: number;
  /** Of the file that holds PID 1's code: the builds the row was taken from and tried on. */
  readonly buildIds: readonly string[];
  readonly offsets: StructOffsets;
  /** Bytes from `service_vtable` to the pointer to the function. */
  readonly vtable?: Readonly<Record<ServiceFunction, number>>;
  /** Virtual addresses in exactly these builds, where not even the table has a name. */
  readonly functions?: Readonly<Record<string, number>>;
  readonly states: ServiceStates;
  readonly modes: JobModes;
}

/** The same in all versions read (219 to 262). */
const common = { unitType: 8, jobUnit: 8, jobType: 96, messageBus: 8, messageSender: 56 } as const;

export const systemdBuilds: readonly SystemdBuild[] = [
  {
    version: 247,
    buildIds: ['5d0610bbcc4548c3c16c88d7f3411c04157a91c7'],
    offsets: { ...common, unitId: 40, serviceState: 2760, serviceResult: 2896, mainPid: 2864, jobId: 92, peerPid: 496 },
    functions: {
      service_set_state: 0x8f290,
      transaction_add_job_and_dependencies: 0xa85f0,
      service_coldplug: 0x8f650,
      service_start: 0x92700,
      service_stop: 0x91a30,
      service_reload: 0x92580,
      service_sigchld_event: 0x95260,
      service_notify_cgroup_empty_event: 0x94ff0,
      service_notify_cgroup_oom_event: 0x91b40,
      service_notify_message: 0x971c0,
      service_bus_name_owner_change: 0x98440,
    },
    states: serviceStates[247],
    modes: jobModes[244],
  },
  {
    version: 252,
    buildIds: ['6bfe13f7415ec6111951d5a302691d307ff97cb7'],
    offsets: { ...common, unitId: 24, serviceState: 2824, serviceResult: 2992, mainPid: 2928, jobId: 92, peerPid: 480 },
    vtable: {
      service_coldplug: 88,
      service_start: 112,
      service_stop: 120,
      service_reload: 128,
      service_sigchld_event: 264,
      service_notify_cgroup_empty_event: 280,
      service_notify_cgroup_oom_event: 288,
      service_notify_message: 296,
      service_bus_name_owner_change: 304,
    },
    states: serviceStates[247],
    modes: jobModes[244],
  },
  {
    version: 257,
    buildIds: ['8a9ddda8ee232a3c138b812f43ce3f403f448c2b'],
    offsets: { ...common, unitId: 24, serviceState: 2752, serviceResult: 3008, mainPid: 2920, jobId: 92, peerPid: 520 },
    vtable: {
      service_coldplug: 88,
      service_start: 112,
      service_stop: 120,
      service_reload: 128,
      service_sigchld_event: 264,
      service_notify_cgroup_empty_event: 280,
      service_notify_cgroup_oom_event: 288,
      service_notify_message: 296,
      service_bus_name_owner_change: 320,
    },
    states: serviceStates[257],
    modes: jobModes[257],
  },
  {
    version: 262,
    buildIds: ['349c5dff9f56a0ac2f66c67c08fcc8083d90914c'],
    offsets: { ...common, unitId: 24, serviceState: 2928, serviceResult: 3192, mainPid: 3104, jobId: 92, peerPid: 528 },
    vtable: {
      service_coldplug: 88,
      service_start: 112,
      service_stop: 120,
      service_reload: 128,
      service_sigchld_event: 272,
      service_notify_cgroup_empty_event: 288,
      service_notify_cgroup_oom_event: 296,
      service_notify_message: 304,
      service_bus_name_owner_change: 328,
    },
    states: serviceStates[262],
    modes: jobModes[262],
  },
];

/** A row, and how surely it is the right one. */
export interface FoundBuild {
  readonly build: SystemdBuild;
  readonly by: 'build-id' | 'version';
}

/** By build id; else by version, which a distribution's patches and options may have moved: look before you trust. */
export function findBuild(buildId: string | undefined, version: number): FoundBuild | undefined {
  const exact = systemdBuilds.find(({ buildIds }) => buildId !== undefined && buildIds.includes(buildId));
  if (exact !== undefined) return { build: exact, by: 'build-id' };
  const near = systemdBuilds.find((row) => row.version === version);
  if (near === undefined) return undefined;
  const { functions: _, ...build } = near;
  return { build, by: 'version' };
}
