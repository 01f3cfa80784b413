import { endOf } from './decode-event.ts';
import { type ServiceFunction, type StructOffsets, serviceFunctions } from './struct-offsets.ts';

/** A function of PID 1 and what to fetch where it is entered (Documentation/trace/uprobetracer.rst). */
export interface UprobeRow {
  readonly event: string;
  readonly function: string;
  /** Which of PID 1's files has it. */
  readonly file: 'core' | 'shared';
  /** Fires where the function returns: nothing can be fetched there but what it returns. */
  readonly atReturn?: boolean;
  /** Its caller has to be read at once. */
  readonly hasActor?: true;
  /** In systemd's structures and the registers of x86-64's calling convention. */
  readonly arguments: string;
  /** Beside "in PID 1's context". */
  readonly filter?: string;
}

/** Stop, restart, try-restart (SYSTEMD.md §1.5): unfiltered it is hundreds of lines for each start. */
const stoppingJob = 'type==2 || type==4 || type==6';
const isService = 'utype==0';

/** What there is to be attached to from systemd 251 on, where libsystemd-core exports it, and in builds known by address. */
export function uprobeRows(offsets: StructOffsets): readonly UprobeRow[] {
  const { id, service, caller } = fetches(offsets);
  const { jobUnit, jobId, jobType, serviceState } = offsets;
  return [
    {
      ...inCore('unit_notify'),
      arguments: `u=%di:x64 unit=${id('%di')} old=%si:s32 new=%dx:s32 utype=+${offsets.unitType}(%di):s32 state=+${serviceState}(%di):s32 ${service}`,
      filter: isService,
    },
    {
      ...inCore('service_set_state'),
      arguments: `u=%di:x64 unit=${id('%di')} before=+${serviceState}(%di):s32 state=%si:s32 ${service}`,
    },
    ...serviceFunctions.flatMap((name) => methodRows(name, offsets)),
    {
      ...inCore('bus_unit_queue_job'),
      hasActor: true,
      arguments: `unit=${id('%si')} type=%dx:s32 mode=%cx:s32 flags=%r8:s32 ${caller('%di')}`,
    },
    { ...inCore('manager_add_jobs'), arguments: 'type=%si:s32 mode=%r8:s32' },
    {
      ...inCore('bus_job_track_sender'),
      hasActor: true,
      arguments: `unit=${id(`+${jobUnit}(%di)`)} id=+${jobId}(%di):u32 type=+${jobType}(%di):s32 ${caller('%si')}`,
    },
    {
      ...inCore('transaction_add_job_and_dependencies'),
      arguments: `type=%si:s32 unit=${id('%dx')} byunit=${id(`+${jobUnit}(%cx)`)} byid=+${jobId}(%cx):u32 bytype=+${jobType}(%cx):s32 by=%cx:x64`,
      filter: `by==0 || ${stoppingJob}`,
    },
    { ...inCore('bus_unit_method_kill'), hasActor: true, arguments: `unit=${id('%si')} ${caller('%di')}` },
    { ...inCore('unit_kill'), arguments: `unit=${id('%di')} signal=%dx:s32` },
    {
      ...inCore('bus_verify_polkit_async'),
      file: 'shared',
      hasActor: true,
      arguments: `first=+0(+0(%cx)):string unit=+0(+8(%cx)):string second=+0(+16(%cx)):string verb=+0(+24(%cx)):string ${caller('%di')}`,
    },
    {
      ...inCore('bus_verify_polkit_async'),
      event: 'end_bus_verify_polkit_async',
      file: 'shared',
      atReturn: true,
      arguments: 'answer=$retval:s32',
    },
  ];
}

function inCore(name: string): Pick<UprobeRow, 'event' | 'function' | 'file'> {
  return { event: name, function: name, file: 'core' };
}

/** Both ends of a service's method: what happens in between, happens because of it. */
function methodRows(name: ServiceFunction, offsets: StructOffsets): readonly UprobeRow[] {
  const { id, service } = fetches(offsets);
  const child = name === 'service_sigchld_event' ? ' pid=%si:s32 code=%dx:s32 status=%cx:s32' : '';
  return [
    {
      ...inCore(name),
      arguments: `u=%di:x64 unit=${id('%di')} state=+${offsets.serviceState}(%di):s32 ${service}${child}`,
    },
    { ...inCore(name), event: endOf(name), atReturn: true, arguments: '' },
  ];
}

interface Fetches {
  /** The name of the unit that the expression points to. */
  readonly id: (unit: string) => string;
  readonly service: string;
  /** Who sent the message that the register points to. */
  readonly caller: (message: string) => string;
}

function fetches(offsets: StructOffsets): Fetches {
  return {
    id: (unit) => `+0(+${offsets.unitId}(${unit})):string`,
    service: `result=+${offsets.serviceResult}(%di):s32 main=+${offsets.mainPid}(%di):s32`,
    caller: (message) =>
      `sender=+0(+${offsets.messageSender}(${message})):string peer=+${offsets.peerPid}(+${offsets.messageBus}(${message})):s32`,
  };
}
