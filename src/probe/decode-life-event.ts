import type { TaskBook } from './task-book.ts';
import { integerReader, type ReadInteger, shortReader } from './tracefs/event-bytes.ts';
import { type EventFormat, parseEventFormat } from './tracefs/event-format.ts';
import { nameReader } from './tracefs/name-reader.ts';
import type { Tracefs } from './tracefs/tracefs.ts';

/** Who is told what happens to processes all day. */
export type LifeListener = Pick<TaskBook, 'forked' | 'named' | 'exited'>;

/** Reads an event and tells of it; nothing where it is none of ours. */
export type TellLife = (page: DataView, dataOffset: number, clockNs: number) => void;

type Teller = (page: DataView, dataOffset: number, clockUsec: number) => void;

/** Of the kernel's binary form: a host full of forks has more of these than of all others. @throws where the kernel has other fields */
export function createLifeTeller(tracefs: Pick<Tracefs, 'read' | 'has'>, listener: LifeListener): TellLife {
  const formats = rows.flatMap(([path, tellerOf]) => {
    const format = formatOf(tracefs, path);
    return format === undefined ? [] : [[format, tellerOf] as const];
  });
  const tellers = new Map(formats.map(([format, tellerOf]) => [format.type ?? 0, tellerOf(format, listener)]));
  const [first] = formats;
  if (first === undefined) return () => undefined;
  const typeOf = shortReader(first[0], 'common_type');
  // Rounded as the kernel's own text is.
  return (page, at, clockNs) => tellers.get(typeOf(page, at))?.(page, at, Math.round(clockNs / 1000));
}

function formatOf(tracefs: Pick<Tracefs, 'read' | 'has'>, path: string): EventFormat | undefined {
  const file = `events/${path}/format`;
  return tracefs.has(file) ? parseEventFormat(tracefs.read(file)) : undefined;
}

const rows: readonly (readonly [string, (format: EventFormat, listener: LifeListener) => Teller])[] = [
  ['task/task_newtask', forkTeller],
  ['task/task_rename', nameTeller],
  ['sched/sched_process_exit', exitTeller],
];

/** The child still has its parent's name. */
function forkTeller(format: EventFormat, listener: LifeListener): Teller {
  const parentOf = contextOf(format);
  const childOf = integerReader(format, 'pid');
  const nameOf = nameReader(format, 'comm');
  return (page, at, clockUsec) => {
    const parent = parentOf(page, at);
    listener.forked(childOf(page, at), parent, clockUsec);
    listener.named(parent, nameOf(page, at));
  };
}

/** Later kernels leave out the pid, which is as good as always the context's. */
function nameTeller(format: EventFormat, listener: LifeListener): Teller {
  const pidOf = format.fields.has('pid') ? integerReader(format, 'pid') : contextOf(format);
  const nameOf = nameReader(format, 'newcomm');
  return (page, at) => listener.named(pidOf(page, at), nameOf(page, at));
}

function exitTeller(format: EventFormat, listener: LifeListener): Teller {
  const pidOf = contextOf(format);
  const nameOf = nameReader(format, 'comm');
  return (page, at, clockUsec) => listener.exited(pidOf(page, at), nameOf(page, at), clockUsec);
}

function contextOf(format: EventFormat): ReadInteger {
  return integerReader(format, 'common_pid');
}
