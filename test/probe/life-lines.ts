import type { LifeListener } from '../../src/probe/decode-life-event.ts';
import { parseTraceLine } from '../../src/probe/trace-line.ts';

/** Tells of the birth, name or end in a line of `trace_pipe`; when it happened, or undefined. The probe reads their binary form. */
export function tellLifeOfLine(text: string, listener: LifeListener): number | undefined {
  const line = parseTraceLine(text);
  if (line === undefined) return undefined;
  const { pid, clockUsec, body, event } = line;
  const groups = patterns.get(event)?.exec(body)?.groups;
  if (groups === undefined) return undefined;
  const [name = '', named] = [groups['name'], Number(groups['pid'])];
  if (event === 'task_newtask') {
    listener.forked(named, pid, clockUsec);
    listener.named(pid, name);
  } else if (event === 'task_rename') listener.named(named, name);
  else listener.exited(pid, name, clockUsec);
  return clockUsec;
}

const patterns = new Map([
  ['task_newtask', /^pid=(?<pid>\d+) comm=(?<name>.*) clone_flags=/s],
  ['task_rename', /^pid=(?<pid>\d+) oldcomm=.* newcomm=(?<name>.*) oom_score_adj=-?\d+$/s],
  ['sched_process_exit', /^comm=(?<name>.*) pid=(?<pid>\d+) prio=/s],
]);
