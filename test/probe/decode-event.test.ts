import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEvent } from '../../src/probe/decode-event.ts';
import type { ProbeEvent } from '../../src/probe/probe-events.ts';
import { parseTraceLine } from '../../src/probe/trace-line.ts';

function decode(event: string, body: string): ProbeEvent | undefined {
  const line = parseTraceLine(`         systemd-1       [000] .....  1.000002: ${event}: ${body}`);
  return line && decodeEvent(line);
}

describe('decodeEvent()', () => {
  test('reads a connect()', () => {
    const line = parseTraceLine(
      '  systemctl-31142   [000] .....  1.000002: sys_connect(fd: 3, uservaddr: 0x563263a1e200, addrlen: 0x17)',
    );
    expect(line && decodeEvent(line)).toMatchObject({ kind: 'socket-connecting', address: 0x5632_63a1_e200, length: 23 });
  });

  test.each([
    [
      'unit_notify',
      '(0x7f) u=0x55d0 unit="sleepy.service" old=0 new=5 utype=0 state=10 result=0 main=103',
      {
        kind: 'unit-changed',
        function: 'unit_notify',
        address: '0x55d0',
        unit: 'sleepy.service',
        oldActive: 0,
        newActive: 5,
        newState: 10,
        result: 0,
        mainPid: 103,
      },
    ],
    [
      'service_set_state',
      '(0x7f) u=0x55d0 unit="sleepy.service" before=5 state=10 result=0 main=103',
      { kind: 'unit-changed', function: 'service_set_state', oldState: 5, newState: 10 },
    ],
    [
      'service_sigchld_event',
      '(0x7f) u=0x55d0 unit="sleepy.service" state=5 result=0 main=103 pid=103 code=2 status=9',
      { kind: 'call-began', function: 'service_sigchld_event', state: 5, mainPid: 103, child: { pid: 103, code: 2, status: 9 } },
    ],
    ['end_service_stop', '(0x7fc9c38c4ee9 <- 0x7fc9c38f4170)', { kind: 'call-ended', function: 'service_stop' }],
    [
      'bus_unit_queue_job',
      '(0x7f) unit="sleepy.service" type=2 mode=1 flags=0 sender=":1.2" peer=1',
      { kind: 'job-asked', unit: 'sleepy.service', type: 2, mode: 1, flags: 0, busName: ':1.2', peerPid: 1 },
    ],
    [
      'bus_job_track_sender',
      '(0x7f) unit="sleepy.service" id=84 type=2 sender=(fault) peer=104',
      { kind: 'job-tracked', unit: 'sleepy.service', jobId: 84, type: 2, peerPid: 104 },
    ],
    ['manager_add_jobs', '(0x7f) type=2 mode=2', { kind: 'jobs-asked', type: 2, mode: 2 }],
    [
      'transaction_add_job_and_dependencies',
      '(0x7f) type=2 unit="bound.service" byunit="anchor.service" byid=146 bytype=2',
      { kind: 'job-pulled', unit: 'bound.service', type: 2, by: { unit: 'anchor.service', jobId: 146, type: 2 } },
    ],
    [
      'bus_verify_polkit_async',
      '(0x7f) first="unit" unit="sleepy.service" second="verb" verb="stop" sender=(fault) peer=104',
      { kind: 'authorization-asked', unit: 'sleepy.service', verb: 'stop', peerPid: 104 },
    ],
    ['unit_kill', '(0x7f) unit="sleepy.service" signal=15', { kind: 'unit-killed', unit: 'sleepy.service', signal: 15 }],
    [
      'signal_generate',
      'sig=9 errno=0 code=0 comm=sleep pid=13197 grp=1 res=0',
      { kind: 'signal-generated', signal: 9, code: 0, targetPid: 13197, targetComm: 'sleep' },
    ],
    [
      'cgroup_attach_task',
      'dst_root=0 dst_id=47620 dst_level=3 dst_path=/system.slice/sleepy.service pid=13050 comm=(sleep)',
      { kind: 'task-attached', hierarchy: 0, path: '/system.slice/sleepy.service', taskPid: 13050, taskComm: '(sleep)' },
    ],
    ['mark_victim', 'pid=13197', { kind: 'victim-marked', targetPid: 13197 }],
    [
      'mark_victim',
      'pid=9206 comm=my tail total-vm=10940kB anon-rss=8064kB file-rss:1568kB shmem-rss:0kB uid=0 pgtables=60kB oom_score_adj=0',
      { kind: 'victim-marked', targetPid: 9206, targetComm: 'my tail' },
    ],
    [
      'cgroup_notify_populated',
      'root=0 id=47620 level=3 path=/system.slice/sleepy.service val=0',
      { kind: 'cgroup-emptied', hierarchy: 0, path: '/system.slice/sleepy.service' },
    ],
    ['task_newtask', 'pid=13120 comm=systemd clone_flags=1200000 oom_score_adj=0', { kind: 'task-forked', childPid: 13120 }],
    ['sched_process_exec', 'filename=/usr/bin/systemctl pid=1 old_pid=1', { kind: 'task-executed', file: '/usr/bin/systemctl' }],
  ])('reads %s', (event, body, expected) => {
    expect(decode(event, body)).toMatchObject({ pid: 1, comm: 'systemd', clockUsec: 1_000_002, ...expected });
  });

  test('a job that nobody pulled in has nobody', () => {
    const body = '(0x7f) type=2 unit="anchor.service" byunit=(fault) byid=0 bytype=0';
    expect(decode('transaction_add_job_and_dependencies', body)).not.toHaveProperty('by');
  });

  test('an authorization that is about no unit is none of ours', () => {
    const body = '(0x7f) first="verb" unit="reload" second=(fault) verb=(fault) sender=(fault) peer=104';
    expect(decode('bus_verify_polkit_async', body)).toBeUndefined();
  });

  test('a process cannot lie about others by its name', () => {
    const event = decode('signal_generate', 'sig=9 errno=0 code=0 comm=a pid=1 grp=0 pid=77 grp=1 res=0');
    expect(event).toMatchObject({ targetPid: 77, targetComm: 'a pid=1 grp=0' });
  });

  test.each([
    ['an event of somebody else’s', 'kmalloc', 'call_site=x'],
    ['a cut off event', 'signal_generate', 'sig=9 errno=0 code=0 comm=sl'],
    ['a state without its unit', 'unit_notify', '(0x7f) old=0 new=5'],
    ['a cgroup that has become populated', 'cgroup_notify_populated', 'root=0 id=1 level=3 path=/a.service val=1'],
  ])('is undefined for %s', (_, event, body) => {
    expect(decode(event, body)).toBeUndefined();
  });

  test('never throws', () => {
    const events = [
      'unit_notify',
      'service_stop',
      'signal_generate',
      'cgroup_attach_task',
      'bus_job_track_sender',
      'task_newtask',
    ];
    fc.assert(fc.property(fc.constantFrom(...events), fc.string(), (event, body) => void decode(event, body)));
  });
});
