import { describe, expect, test } from 'vitest';
import { decodeEvent } from '../../src/probe/decode-event.ts';
import { noticeActor } from '../../src/probe/notice-actor.ts';
import { parseTraceLine } from '../../src/probe/trace-line.ts';

/** Who was read at once, by the pids of which namespace. */
function noticed(event: string): readonly string[] {
  const pids: string[] = [];
  const line = parseTraceLine(`        bash-4711    [001] d.... 12.345678: ${event}`);
  const decoded = line && decodeEvent(line);
  if (decoded === undefined) throw new Error(`"${event}" is no event`);
  noticeActor(decoded, {
    remember: (pid) => void pids.push(`host ${pid}`),
    rememberInside: (pid) => void pids.push(`inside ${pid}`),
  });
  return pids;
}

describe('noticeActor()', () => {
  test.each([
    ['a killer', 'signal_generate: sig=9 errno=0 code=0 comm=sleep pid=2850 grp=1 res=0'],
    ['who moves a process', 'cgroup_attach_task: dst_root=0 dst_id=9 dst_level=1 dst_path=/x pid=2850 comm=sleep'],
    ['who empties a cgroup', 'cgroup_notify_populated: root=0 id=9 level=1 path=/x.service val=0'],
    ['a command', 'sched_process_exec: filename=/usr/bin/systemctl pid=4711 old_pid=4711'],
  ])('reads %s, in whose context it happens', (_, event) => {
    expect(noticed(event)).toEqual(['host 4711']);
  });

  test.each([
    ['for a job', 'bus_unit_queue_job: (0x7f) unit="a.service" type=2 mode=1 flags=0 sender=(fault) peer=69'],
    ['for a signal', 'bus_unit_method_kill: (0x7f) unit="a.service" sender=(fault) peer=69'],
  ])('reads who asks PID 1 %s over the private socket', (_, event) => {
    expect(noticed(event)).toEqual(['inside 69']);
  });

  test('does not take PID 1 for who asks: over the bus it is the peer', () => {
    expect(noticed('bus_unit_queue_job: (0x7f) unit="a.service" type=2 mode=1 flags=0 sender=":1.2" peer=1')).toEqual([]);
  });

  test('reads nobody for what has no actor', () => {
    expect(noticed('task_newtask: pid=2851 comm=bash clone_flags=1200000 oom_score_adj=0')).toEqual([]);
  });
});
