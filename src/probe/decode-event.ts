import { present } from '../sources/present.ts';
import { type Decoder, kernelDecoders, type Said } from './decode-kernel-event.ts';
import type { ProbeEvent } from './probe-events.ts';
import { type ServiceFunction, serviceFunctions } from './struct-offsets.ts';
import { parseArguments, parseTraceLine, type TraceLine } from './trace-line.ts';

/** The name of the event at the end of a service's method. */
export function endOf(name: ServiceFunction): string {
  return `end_${name}`;
}

/** Of a line of `trace_pipe`. */
export function decodeLine(text: string): ProbeEvent | undefined {
  const line = parseTraceLine(text);
  return line === undefined ? undefined : decodeEvent(line);
}

/** Undefined where the line is of none of our events, or not as the kernel prints them. */
export function decodeEvent(line: TraceLine): ProbeEvent | undefined {
  const { pid, comm, clockUsec } = line;
  const said = decoders.get(line.event)?.(line.body);
  return said === undefined ? undefined : ({ pid, comm, clockUsec, ...said } as ProbeEvent);
}

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
  ...kernelDecoders,
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
