import type { Cause } from '../../src/model/cause.ts';

interface CauseMeaning {
  readonly because: string;
  readonly shownBy: string;
  readonly sender: string;
}

export const causeMeanings: Readonly<Record<Cause, CauseMeaning>> = {
  requested: {
    because: 'a client asked: stop, restart, kill, isolate, over the bus, the private socket or Varlink',
    shownBy: 'a request, a stop job that nothing else explains, a process tree with `systemctl stop`',
    sender: 'the caller; unknown where only the job was seen',
  },
  dependency: {
    because: "a job of another unit pulled it in; the trace links to that unit's stop",
    shownBy: "the other unit's job or request, and the relation between them",
    sender: 'who asked for the other unit; systemd where its own end did it',
  },
  shutdown: { because: 'the host shuts down, reboots, halts', shownBy: 'the shutdown transaction', sender: 'who asked for it' },
  exited: {
    because: 'the main process ended cleanly',
    shownBy: 'its exit status, or a call path through SIGCHLD',
    sender: 'none; unknown where a call path alone cannot exclude a signal',
  },
  'exit-code': { because: 'the main process ended with a status that is no success', shownBy: 'its exit status', sender: 'none' },
  signal: {
    because: 'the main process was killed by a signal, also by TERM, HUP, INT or PIPE, which systemd calls a success',
    shownBy: 'its exit status; a probe shows the signal being sent',
    sender: 'who sent the signal',
  },
  'core-dump': { because: '… and dumped core', shownBy: 'its exit status', sender: 'who sent it; the kernel for a fault' },
  'cgroup-empty': {
    because: 'PID 1 was told that the control group is empty, and no main process had told it first',
    shownBy: 'a call path, a cgroup event of a probe, or no main process and no exit at all',
    sender: 'who killed or moved the last process; systemd where nobody was seen',
  },
  'oom-kill': {
    because: 'memory ran out',
    shownBy: "systemd's result, the kernel's or systemd-oomd's message",
    sender: 'kernel, or systemd-oomd',
  },
  watchdog: { because: 'WatchdogSec= ran out', shownBy: "systemd's result, its log, the state stop-watchdog", sender: 'systemd' },
  timeout: {
    because: 'a time limit of starting, running or reloading ran out; `systemd.stop.timeout` says which',
    shownBy: "systemd's result and its log",
    sender: 'systemd',
  },
  'notify-stopping': {
    because: 'the service said STOPPING=1',
    shownBy: 'a call path, or deactivating without a job while the main process lives',
    sender: 'none',
  },
  'bus-name-lost': {
    because: 'a Type=dbus service lost its name',
    shownBy: 'a call path, the log, or the same with Type=dbus',
    sender: 'systemd',
  },
  resources: { because: 'systemd could not get what it needed to go on', shownBy: "systemd's result", sender: 'systemd' },
  protocol: { because: 'the service did not do what its Type= promises', shownBy: "systemd's result", sender: 'systemd' },
  unknown: { because: 'the evidence does not tell', shownBy: '', sender: 'unknown' },
};

export const causeRuleMeanings: Readonly<Record<string, string>> = {
  'call-path': 'the functions PID 1 was in: a row of the table below. For a stop job, where the job came from',
  'oom-killer': "systemd's result `oom-kill`, or a message of an OOM killer, without a job",
  watchdog: "systemd's log, its result, or an abort as the first state, without a job",
  timeout: "systemd's result `timeout`, or its log, without a job; not the limits of stopping itself",
  job: 'a stop or restart job was on the unit when it began to stop; then where the job came from',
  'kill-request': 'somebody asked PID 1 to send the signal that ended the main process',
  'main-process-alive': 'it began to stop without a job while its main process lived',
  'process-end': 'how the main process ended, and the result systemd made of it',
  'cgroup-empty-event': 'a probe saw the control group become empty',
  'no-process-ended': 'it fell without a job, systemd calls it a success, and no main process ever ended',
  'service-result': "systemd's result alone",
  request: 'somebody asked for just that before it, and nothing speaks for another cause',
};

/** By the names in src/classify/sender-rules.ts: a test compares. */
export const senderRuleMeanings: Readonly<Record<string, string>> = {
  'request-sender': 'the caller, as a probe saw it at the private socket of PID 1',
  'bus-peer': 'the process behind the caller’s connection of the bus, asked for when it connected',
  'named-by-systemd': 'the client that systemd’s own log names',
  'process-tree': '`systemctl` in a dump of `pstree -psa` that was made while it waited',
  'signal-sender': 'the process that sent the last fitting signal',
  'kernel-signal': 'the kernel itself, for a fault',
  'kernel-oom-killer': 'the kernel’s OOM killer',
  'systemd-oomd': 'systemd-oomd',
  'cgroup-migration': 'the process that moved the last task out of the control group',
  'pid-1-acted': 'PID 1, by itself, and nobody else was seen',
  'ended-by-itself': 'nobody: there is nothing to look for',
  'sender-unknown': 'the evidence does not tell',
};
