import type { TaskExited, TaskForked, TaskRenamed } from './probe-events.ts';
import { integerReader, shortReader, textReader } from './tracefs/event-bytes.ts';
import { type EventFormat, parseEventFormat } from './tracefs/event-format.ts';
import type { Tracefs } from './tracefs/tracefs.ts';

/** What happens to processes all day. */
export type LifeEvent = TaskForked | TaskRenamed | TaskExited;

export type DecodeLifeEvent = (page: Buffer, dataOffset: number, clockNs: number) => LifeEvent | undefined;

/** Of the kernel's binary form: a host full of forks has more of these than of all others. @throws where the kernel has other fields */
export function createLifeDecoder(tracefs: Pick<Tracefs, 'read' | 'has'>): DecodeLifeEvent {
  const formats = rows.flatMap(([path, decoderOf]) => {
    const file = `events/${path}/format`;
    return tracefs.has(file) ? [[parseEventFormat(tracefs.read(file)), decoderOf] as const] : [];
  });
  const decoders = new Map(formats.map(([format, decoderOf]) => [format.type ?? 0, decoderOf(format)]));
  const [first] = formats;
  if (first === undefined) return () => undefined;
  const typeOf = shortReader(first[0], 'common_type');
  const pidOf = integerReader(first[0], 'common_pid');
  return (page, dataOffset, clockNs) => {
    const decode = decoders.get(typeOf(page, dataOffset));
    // Rounded as the kernel's own text is.
    const happened = { clockUsec: Math.round(clockNs / 1000), pid: pidOf(page, dataOffset) };
    return decode?.(page, dataOffset, happened);
  };
}

type Happened = Pick<LifeEvent, 'clockUsec' | 'pid'>;
type Decoder = (page: Buffer, dataOffset: number, happened: Happened) => LifeEvent;

const rows: readonly (readonly [string, (format: EventFormat) => Decoder])[] = [
  ['task/task_newtask', forkedDecoder],
  ['task/task_rename', renamedDecoder],
  ['sched/sched_process_exit', exitedDecoder],
];

/** The child still has its parent's name. */
function forkedDecoder(format: EventFormat): Decoder {
  const childOf = integerReader(format, 'pid');
  const nameOf = textReader(format, 'comm');
  return (page, at, happened) => ({
    kind: 'task-forked',
    ...happened,
    comm: nameOf(page, at),
    childPid: childOf(page, at),
  });
}

/** Later kernels leave out the pid, which is as good as always the context's. */
function renamedDecoder(format: EventFormat): Decoder {
  const pidOf = format.fields.has('pid') ? integerReader(format, 'pid') : integerReader(format, 'common_pid');
  const nameOf = textReader(format, 'newcomm');
  return (page, at, happened) => {
    const name = nameOf(page, at);
    return { kind: 'task-renamed', ...happened, comm: name, taskPid: pidOf(page, at), name };
  };
}

function exitedDecoder(format: EventFormat): Decoder {
  const nameOf = textReader(format, 'comm');
  return (page, at, happened) => {
    const name = nameOf(page, at);
    return { kind: 'task-exited', ...happened, comm: name, name };
  };
}
