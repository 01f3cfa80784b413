import { present } from '../sources/present.ts';
import type { ProbeEvent } from './probe-events.ts';
import { type ServiceFunction, serviceFunctions } from './struct-offsets.ts';
import { parseArguments, type TraceLine } from './trace-line.ts';

/** The name of the event at the end of a service's method. */
export function endOf(name: ServiceFunction): string {
  return `end_${name}`;
}

/** Undefined where the line is of none of our events, or not as the kernel prints them. */
export function decodeEvent(line: TraceLine): ProbeEvent | undefined {
  const { pid, comm, clockUsec } = line;
  const said = decoders.get(line.event)?.(line.body);
  return said === undefined ? undefined : ({ pid, comm, clockUsec, ...said } as ProbeEvent);
}

/** What an event says beside who and when. */
type Said = ProbeEvent extends infer E ? (E extends ProbeEvent ? Omit<E, 'pid' | 'comm' | 'clockUsec'> : never) : never;
type Decoder = (body: string) => Said | undefined;

const uprobeDecoders: readonly (readonly [string, (values: Values) => Said | undefined])[] = [
  ['unit_notify', (values) => changed('unit_notify', values)],
  ['service_set_state', (values) => changed('service_set_state', values)],
  ...serviceFunctions.map((name) => [name, (values: Values) => began(name, values)] as const),
  ...serviceFunctions.map((name) => [endOf(name), () => ({ kind: 'call-ended', function: name }) as const] as const),
  ['bus_unit_queue_job', jobAsked],
  ['manager_add_jobs', jobsAsked],
  ['bus_job_track_sender', jobTracked],
  ['transaction_add_job_and_dependencies', jobPulled],
  ['bus_verify_polkit_async', authorizationAsked],
  ['end_bus_verify_polkit_async', authorizationAnswered],
  ['bus_unit_method_kill', (values) => present({ kind: 'kill-asked' as const, unit: values.text('unit'), ...values.caller() })],
  ['unit_kill', unitKilled],
];

const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ...uprobeDecoders.map(([name, decode]) => [name, (body: string) => decode(new Values(body))] as const),
  ['signal_generate', signalGenerated],
  ['cgroup_attach_task', taskAttached],
  ['cgroup_notify_populated', cgroupEmptied],
  ['sys_connect', socketConnecting],
  ['task_newtask', taskForked],
  ['task_rename', taskRenamed],
  ['sched_process_exec', taskExecuted],
  ['sched_process_exit', taskExited],
]);

/** The arguments of a uprobe, read as what they are. */
class Values {
  readonly #values: ReadonlyMap<string, string>;

  constructor(body: string) {
    this.#values = parseArguments(body);
  }

  text(name: string): string | undefined {
    return this.#values.get(name) || undefined;
  }

  number(name: string): number | undefined {
    const text = this.#values.get(name) ?? '';
    return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  }

  caller(): { readonly busName?: string; readonly peerPid?: number } {
    return present({ busName: this.text('sender'), peerPid: this.number('peer') });
  }
}

function changed(name: 'unit_notify' | 'service_set_state', values: Values): Said | undefined {
  const address = values.text('u');
  if (address === undefined) return undefined;
  return present({
    kind: 'unit-changed' as const,
    function: name,
    address,
    unit: values.text('unit'),
    oldActive: values.number('old'),
    newActive: values.number('new'),
    oldState: values.number('before'),
    newState: values.number('state'),
    result: values.number('result'),
    mainPid: values.number('main'),
  });
}

function began(name: ServiceFunction, values: Values): Said | undefined {
  const address = values.text('u');
  if (address === undefined) return undefined;
  const [pid, code, status] = [values.number('pid'), values.number('code'), values.number('status')];
  const child = pid === undefined || code === undefined || status === undefined ? undefined : { pid, code, status };
  const said = { unit: values.text('unit'), state: values.number('state'), mainPid: values.number('main'), child };
  return present({ kind: 'call-began' as const, function: name, address, ...said });
}

function jobAsked(values: Values): Said | undefined {
  const [type, mode] = [values.number('type'), values.number('mode')];
  if (type === undefined || mode === undefined) return undefined;
  const said = { unit: values.text('unit'), type, mode, flags: values.number('flags') ?? 0 };
  return present({ kind: 'job-asked' as const, ...said, ...values.caller() });
}

function jobsAsked(values: Values): Said | undefined {
  const [type, mode] = [values.number('type'), values.number('mode')];
  return type === undefined || mode === undefined ? undefined : { kind: 'jobs-asked', type, mode };
}

function jobTracked(values: Values): Said | undefined {
  const [type, jobId] = [values.number('type'), values.number('id')];
  if (type === undefined || jobId === undefined) return undefined;
  return present({ kind: 'job-tracked' as const, unit: values.text('unit'), type, jobId, ...values.caller() });
}

function jobPulled(values: Values): Said | undefined {
  const type = values.number('type');
  if (type === undefined) return undefined;
  const [unit, jobId, byType] = [values.text('byunit'), values.number('byid'), values.number('bytype')];
  const isPulled = unit !== undefined && jobId !== undefined && byType !== undefined;
  const by = isPulled ? { unit, jobId, type: byType } : undefined;
  return present({ kind: 'job-pulled' as const, unit: values.text('unit'), type, by });
}

/** The details are pairs of names and values, and only for units do they begin with these two. */
function authorizationAsked(values: Values): Said | undefined {
  if (values.text('first') !== 'unit' || values.text('second') !== 'verb') return undefined;
  const said = { unit: values.text('unit'), verb: values.text('verb') };
  return present({ kind: 'authorization-asked' as const, ...said, ...values.caller() });
}

function authorizationAnswered(values: Values): Said | undefined {
  const answer = values.number('answer');
  return answer === undefined ? undefined : { kind: 'authorization-answered', answer };
}

function unitKilled(values: Values): Said | undefined {
  const signal = values.number('signal');
  return signal === undefined ? undefined : present({ kind: 'unit-killed' as const, unit: values.text('unit'), signal });
}

/** A comm may hold anything, so that what stands behind it is counted from the end. */
function signalGenerated(body: string): Said | undefined {
  const groups = /^sig=(?<signal>\d+) errno=-?\d+ code=(?<code>-?\d+) comm=(?<comm>.*) pid=(?<pid>\d+) grp=\d+ res=\d+$/.exec(
    body,
  )?.groups;
  if (groups === undefined) return undefined;
  const { signal, code, pid, comm = '' } = groups;
  return {
    kind: 'signal-generated',
    signal: Number(signal),
    code: Number(code),
    targetPid: Number(pid),
    targetComm: comm,
  };
}

function taskAttached(body: string): Said | undefined {
  const pattern = /^dst_root=(?<root>\d+) dst_id=\d+ dst_level=\d+ dst_path=(?<path>\/.*) pid=(?<pid>\d+) comm=(?<comm>.{0,16})$/;
  const groups = pattern.exec(body)?.groups;
  if (groups === undefined) return undefined;
  const { root, path = '', pid, comm = '' } = groups;
  return { kind: 'task-attached', hierarchy: Number(root), path, taskPid: Number(pid), taskComm: comm };
}

function cgroupEmptied(body: string): Said | undefined {
  const groups = /^root=(?<root>\d+) id=\d+ level=\d+ path=(?<path>\/.*) val=0$/.exec(body)?.groups;
  return groups === undefined
    ? undefined
    : { kind: 'cgroup-emptied', hierarchy: Number(groups['root']), path: groups['path'] ?? '' };
}

function socketConnecting(body: string): Said | undefined {
  const pattern = /^\(fd: \w+, uservaddr: (?:0x)?(?<address>[0-9a-f]+), addrlen: (?:0x)?(?<length>[0-9a-f]+)\)$/;
  const { address, length } = pattern.exec(body)?.groups ?? {};
  if (address === undefined || length === undefined) return undefined;
  return { kind: 'socket-connecting', address: Number.parseInt(address, 16), length: Number.parseInt(length, 16) };
}

function taskForked(body: string): Said | undefined {
  const child = /^pid=(?<pid>\d+) comm=/.exec(body)?.groups?.['pid'];
  return child === undefined ? undefined : { kind: 'task-forked', childPid: Number(child) };
}

/** Later kernels leave out the pid, which is as good as always the context's. */
function taskRenamed(body: string): Said | undefined {
  const pattern = /^(?:pid=(?<pid>\d+) )?oldcomm=.{0,16}? newcomm=(?<name>.{0,16}) oom_score_adj=-?\d+$/s;
  const groups = pattern.exec(body)?.groups;
  if (groups === undefined) return undefined;
  const taskPid = groups['pid'] === undefined ? undefined : Number(groups['pid']);
  return present({ kind: 'task-renamed' as const, taskPid, name: groups['name'] ?? '' });
}

function taskExecuted(body: string): Said | undefined {
  const file = /^filename=(?<file>.*) pid=\d+ old_pid=\d+$/.exec(body)?.groups?.['file'];
  return file === undefined ? undefined : { kind: 'task-executed', file };
}

function taskExited(body: string): Said | undefined {
  const name = /^comm=(?<name>.{0,16}) pid=\d+ prio=\d+/s.exec(body)?.groups?.['name'];
  return name === undefined ? undefined : { kind: 'task-exited', name };
}
