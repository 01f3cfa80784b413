import type { LifeEvent } from '../../src/probe/decode-life-event.ts';
import { parseTraceLine } from '../../src/probe/trace-line.ts';

/** The births, names and ends of a text of `trace_pipe`. The probe reads their binary form. */
export function lifeOfLine(text: string): LifeEvent | undefined {
  const line = parseTraceLine(text);
  if (line === undefined) return undefined;
  const { pid, clockUsec, body, event } = line;
  const groups = patterns.get(event)?.exec(body)?.groups;
  if (groups === undefined) return undefined;
  const [name = '', named] = [groups['name'], Number(groups['pid'])];
  const happened = { pid, clockUsec, comm: name };
  if (event === 'task_newtask') return { kind: 'task-forked', ...happened, childPid: named };
  if (event === 'task_rename') return { kind: 'task-renamed', ...happened, taskPid: named, name };
  return { kind: 'task-exited', ...happened, name };
}

const patterns = new Map([
  ['task_newtask', /^pid=(?<pid>\d+) comm=(?<name>.*) clone_flags=/s],
  ['task_rename', /^pid=(?<pid>\d+) oldcomm=.* newcomm=(?<name>.*) oom_score_adj=-?\d+$/s],
  ['sched_process_exit', /^comm=(?<name>.*) pid=(?<pid>\d+) prio=/s],
]);
