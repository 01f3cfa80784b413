import type { Cause } from '../model/cause.ts';

/** What a call path says: a cause, or that it was no stop, or that a process ended and something else must say how. */
type CallPathConclusion = Cause | 'not-a-stop' | 'process-failed';

/**
 * One way PID 1 comes to stop a service. Matched on functions, never on version numbers: distributions
 * backport, names move, static functions are inlined or tail-called away.
 */
export interface CallPathRow {
  readonly name: string;
  readonly conclusion: CallPathConclusion;
  /** Innermost first: the functions right behind those of `stopFunctions`, without a gap. */
  readonly frames: readonly string[];
  /** One of these is among the stop functions in front; absent: any. */
  readonly through?: readonly string[];
  /** The record's result is one of these; absent: any or none. */
  readonly results?: readonly string[];
  /** The record's old state begins with one of these; absent: any or none. */
  readonly oldStates?: readonly string[];
  /** systemd's source that shows it. */
  readonly reference: string;
  /** Directories of test/scenarios/ that prove it; a row without one rests on the source alone. */
  readonly recordings: readonly string[];
}

/** Functions every stop passes whatever its cause: they say that it stops, not why (SYSTEMD.md §1.2). */
export const stopFunctions: ReadonlySet<string> = new Set([
  'unit_notify',
  'service_set_state',
  'service_enter_stop',
  'service_enter_signal',
  'service_enter_stop_post',
  'service_enter_dead',
  'service_enter_running',
  'service_enter_exited_or_stop',
  'unit_log_success',
  'unit_log_failure',
  'manager_add_job',
  'manager_add_job_full',
]);

/** Anywhere in the stack: PID 1 rebuilds its state after a reload or re-exec, and nothing stops (SYSTEMD.md §1.4). */
export const reloadFunctions: ReadonlySet<string> = new Set([
  'service_coldplug',
  'unit_coldplug',
  'manager_coldplug',
  'manager_deserialize',
]);

/** The last step into every state, with the states and the result at hand. */
const stateChanges = ['unit_notify', 'service_set_state'] as const;
const startStates = ['start', 'condition', 'activating'] as const;
/** What a clean end passes; a probe that sees the change of state alone sees none of the functions before it. */
const cleanEnds = ['service_enter_stop', ...stateChanges] as const;
const waitingStates = ['auto-restart', 'dead', 'failed', 'inactive'] as const;

/** First match decides. */
export const callPathRows = [
  {
    name: 'stop-job-in-auto-restart',
    conclusion: 'not-a-stop',
    frames: ['service_stop'],
    oldStates: waitingStates,
    reference: 'service.c service_stop(), SERVICE_AUTO_RESTART: the stop was counted when the wait began',
    recordings: [],
  },
  {
    name: 'stop-job',
    conclusion: 'requested',
    frames: ['service_stop'],
    reference: 'service.c service_stop() E1, run by job_run_and_invalidate(); unit_stop() tail-calls it in all builds seen',
    recordings: [
      'ovs-vswitchd-2020-manual-stop',
      'systemd-262-stap',
      'debian-testing-systemd-262-stap-systemctl-stop',
      'debian-testing-systemd-262-stap-systemctl-stop-no-block',
      'debian-testing-systemd-262-stap-systemctl-restart',
      'debian-testing-systemd-262-stap-systemctl-try-restart',
      'debian-testing-systemd-262-stap-busctl-stop-unit',
      'debian-testing-systemd-262-stap-stop-during-start',
    ],
  },
  {
    name: 'stop-job-at-its-unit',
    conclusion: 'requested',
    frames: ['unit_stop'],
    reference: 'unit.c unit_stop(), the exported function in front of service_stop()',
    recordings: [],
  },
  {
    name: 'cgroup-empty-oom',
    conclusion: 'oom-kill',
    frames: ['on_cgroup_empty_event'],
    results: ['oom-kill'],
    reference: 'cgroup.c on_cgroup_empty_event() → unit_check_oom() (≥ 251): the result tells it from a plain empty cgroup',
    recordings: [],
  },
  {
    name: 'cgroup-empty',
    conclusion: 'cgroup-empty',
    frames: ['on_cgroup_empty_event'],
    reference: 'cgroup.c on_cgroup_empty_event() → service_notify_cgroup_empty_event() E2 (≥ 235)',
    recordings: [
      'debian-testing-systemd-262-stap-cgroup-emptied-by-kill',
      'debian-testing-systemd-262-stap-cgroup-emptied-by-exit',
    ],
  },
  {
    name: 'cgroup-empty-synthesized',
    conclusion: 'cgroup-empty',
    frames: ['service_notify_cgroup_empty_event'],
    reference: 'service.c service_notify_cgroup_empty_event(), visible where it is not tail-called',
    recordings: [],
  },
  {
    name: 'cgroup-empty-agent',
    conclusion: 'cgroup-empty',
    frames: ['manager_notify_cgroup_empty'],
    reference: 'cgroup.c manager_notify_cgroup_empty() ← manager_dispatch_cgroups_agent_fd() (219 from RHEL 219-22, 230–234)',
    recordings: ['ovs-vswitchd-2020-cgroup-empty'],
  },
  {
    name: 'cgroup-empty-agent-over-bus',
    conclusion: 'cgroup-empty',
    frames: ['signal_agent_released'],
    reference: 'dbus.c signal_agent_released(): the release agent spoke D-Bus before 230',
    recordings: [],
  },
  {
    name: 'cgroup-empty-noticed-by-sigchld',
    conclusion: 'cgroup-empty',
    frames: ['invoke_sigchld_event'],
    reference:
      '219 service.c end of service_sigchld_event(): no watched pid is left; the tail call hides service_sigchld_event itself',
    recordings: [],
  },
  {
    name: 'exec-condition-failed',
    conclusion: 'not-a-stop',
    frames: ['service_sigchld_event'],
    results: ['exec-condition'],
    reference: 'service.c service_sigchld_event(), SERVICE_CONDITION: ExecCondition= says that it need not run',
    recordings: [],
  },
  {
    name: 'oneshot-finished',
    conclusion: 'not-a-stop',
    frames: ['service_sigchld_event'],
    through: cleanEnds,
    results: ['success'],
    oldStates: startStates,
    reference: 'service.c service_sigchld_event() → service_enter_start_post() → service_enter_running(): Type=oneshot is done',
    recordings: [],
  },
  {
    name: 'main-process-exited',
    conclusion: 'exited',
    frames: ['service_sigchld_event'],
    through: cleanEnds,
    results: ['success'],
    reference: 'service.c service_sigchld_event() → service_enter_running() E2, f = SERVICE_SUCCESS',
    recordings: [
      'systemd-262-stap',
      'debian-testing-systemd-262-stap-exits-0',
      'debian-testing-systemd-262-stap-main-killed-term',
      'debian-testing-systemd-262-stap-systemctl-kill',
    ],
  },
  {
    name: 'main-process-failed-in-reload',
    conclusion: 'process-failed',
    frames: ['service_sigchld_event'],
    through: ['service_enter_stop'],
    results: ['exit-code', 'signal', 'core-dump', 'protocol', 'resources', 'timeout', 'watchdog', 'oom-kill'],
    reference: 'service.c service_sigchld_event() E7–E9: the main process died in reload, or its pid file is bad',
    recordings: [],
  },
  {
    name: 'main-process-ended-cleanly',
    conclusion: 'exited',
    frames: ['service_sigchld_event'],
    through: ['service_enter_stop'],
    reference:
      'service.c service_sigchld_event() → service_enter_running() E2; a failed main process goes to service_enter_signal()',
    recordings: ['ovs-vswitchd-2020-main-killed'],
  },
  {
    name: 'process-failed',
    conclusion: 'process-failed',
    frames: ['service_sigchld_event'],
    reference:
      'service.c service_sigchld_event() → service_enter_signal(): exit code, signal or core dump of a process of the service',
    recordings: ['systemd-262-stap', 'debian-testing-systemd-262-stap-main-killed-kill'],
  },
  {
    name: 'watchdog-missed',
    conclusion: 'watchdog',
    frames: ['service_dispatch_watchdog'],
    reference: 'service.c service_dispatch_watchdog(): WatchdogSec= ran out',
    recordings: [],
  },
  {
    name: 'watchdog-forced',
    conclusion: 'watchdog',
    frames: ['service_force_watchdog'],
    reference: 'service.c service_force_watchdog(), where it is not inlined',
    recordings: [],
  },
  {
    name: 'notify-stopping',
    conclusion: 'notify-stopping',
    frames: ['service_enter_stop_by_notify'],
    reference: 'service.c service_enter_stop_by_notify(): STOPPING=1',
    recordings: [],
  },
  {
    name: 'notify-stopping-by-its-state',
    conclusion: 'notify-stopping',
    frames: ['service_notify_message'],
    through: stateChanges,
    results: ['success'],
    reference: 'service.c service_notify_message() → service_enter_stop_by_notify(): no other message stops a service cleanly',
    recordings: [],
  },
  {
    name: 'watchdog-triggered-by-its-state',
    conclusion: 'watchdog',
    frames: ['service_notify_message'],
    through: stateChanges,
    results: ['watchdog'],
    reference: 'service.c service_notify_message() → service_force_watchdog() (≥ 243): WATCHDOG=trigger',
    recordings: [],
  },
  {
    name: 'reload-protocol',
    conclusion: 'protocol',
    frames: ['service_notify_message_process_state'],
    through: ['service_enter_signal'],
    results: ['protocol'],
    reference: '262 service.c service_notify_message_process_state(): Type=notify-reload without a SIGHUP handler',
    recordings: [],
  },
  {
    name: 'watchdog-triggered-process-state',
    conclusion: 'watchdog',
    frames: ['service_notify_message_process_state'],
    through: ['service_enter_signal'],
    results: ['watchdog'],
    reference: '262 service.c service_notify_message() → service_force_watchdog(), should the compiler merge them',
    recordings: [],
  },
  {
    name: 'watchdog-triggered',
    conclusion: 'watchdog',
    frames: ['service_notify_message'],
    through: ['service_enter_signal'],
    reference: 'service.c service_notify_message() → service_force_watchdog() (≥ 243): WATCHDOG=trigger',
    recordings: [],
  },
  {
    name: 'bus-name-lost',
    conclusion: 'bus-name-lost',
    frames: ['signal_name_owner_changed'],
    reference: 'unit.c signal_name_owner_changed() → service_bus_name_owner_change() E2 (239–257)',
    recordings: [],
  },
  {
    name: 'bus-name-lost-while-installing',
    conclusion: 'bus-name-lost',
    frames: ['signal_name_owner_changed_install_handler'],
    reference: 'unit.c signal_name_owner_changed_install_handler() (257.13, ≥ 258)',
    recordings: [],
  },
  {
    name: 'bus-name-lost-when-asked',
    conclusion: 'bus-name-lost',
    frames: ['get_name_owner_handler'],
    reference: 'unit.c get_name_owner_handler()',
    recordings: [],
  },
  {
    name: 'bus-name-lost-at-the-service',
    conclusion: 'bus-name-lost',
    frames: ['service_bus_name_owner_change'],
    reference: 'service.c service_bus_name_owner_change(), where it is not tail-called',
    recordings: [],
  },
  {
    name: 'bus-name-lost-219',
    conclusion: 'bus-name-lost',
    frames: ['manager_dispatch_bus_name_owner_changed'],
    reference: '219 dbus.c manager_dispatch_bus_name_owner_changed()',
    recordings: [],
  },
  {
    name: 'bus-name-lost-sync',
    conclusion: 'bus-name-lost',
    frames: ['manager_dispatch_sync_bus_names'],
    reference: '239 dbus.c manager_dispatch_sync_bus_names()',
    recordings: [],
  },
  {
    name: 'bus-name-lost-after-grace',
    conclusion: 'bus-name-lost',
    frames: ['service_dispatch_bus_name_grace'],
    reference: '262 service.c service_dispatch_bus_name_grace() E14',
    recordings: [],
  },
  {
    name: 'timeout',
    conclusion: 'timeout',
    frames: ['service_dispatch_timer'],
    reference: 'service.c service_dispatch_timer() E10, E11 and the start timeouts',
    recordings: [],
  },
  {
    name: 'oom-kill',
    conclusion: 'oom-kill',
    frames: ['on_cgroup_oom_event'],
    reference: 'cgroup.c on_cgroup_oom_event() → service_notify_cgroup_oom_event() E12 (≥ 243)',
    recordings: [],
  },
  {
    name: 'oom-kill-checked',
    conclusion: 'oom-kill',
    frames: ['unit_check_oom'],
    reference: 'cgroup.c unit_check_oom()',
    recordings: [],
  },
  {
    name: 'oomd-kill-checked',
    conclusion: 'oom-kill',
    frames: ['unit_check_oomd_kill'],
    reference: 'cgroup.c unit_check_oomd_kill()',
    recordings: [],
  },
  {
    name: 'oom-kill-notified',
    conclusion: 'oom-kill',
    frames: ['unit_notify_cgroup_oom'],
    reference: 'unit.c unit_notify_cgroup_oom()',
    recordings: [],
  },
  {
    name: 'oom-kill-at-the-service',
    conclusion: 'oom-kill',
    frames: ['service_notify_cgroup_oom_event'],
    reference: 'service.c service_notify_cgroup_oom_event()',
    recordings: [],
  },
  {
    name: 'pid-file-unreadable',
    conclusion: 'resources',
    frames: ['service_dispatch_inotify_io'],
    reference: 'service.c service_dispatch_inotify_io() (≥ 239)',
    recordings: [],
  },
  {
    name: 'pid-file-unreadable-219',
    conclusion: 'resources',
    frames: ['service_dispatch_io'],
    reference: '219 service.c service_dispatch_io()',
    recordings: [],
  },
  {
    name: 'start-refused',
    conclusion: 'not-a-stop',
    frames: ['service_start'],
    through: ['service_enter_dead'],
    reference: 'service.c service_start() (219, 247): start limit hit',
    recordings: [],
  },
  {
    name: 'start-not-possible',
    conclusion: 'not-a-stop',
    frames: ['service_can_start'],
    reference: 'service.c service_can_start() (239-82, 252, 257): start limit hit',
    recordings: [],
  },
  {
    name: 'start-not-startable',
    conclusion: 'not-a-stop',
    frames: ['service_test_startable'],
    reference: 'service.c service_test_startable() (≥ 259): start limit hit',
    recordings: [],
  },
  {
    name: 'restart-not-queued',
    conclusion: 'not-a-stop',
    frames: ['service_enter_restart'],
    reference: 'service.c service_enter_restart(): the wait for a restart ends; the stop was counted before it',
    recordings: [],
  },
  {
    name: 'bound-unit-stopped',
    conclusion: 'dependency',
    frames: ['manager_dispatch_stop_when_bound_queue'],
    reference: 'manager.c manager_dispatch_stop_when_bound_queue() (≥ 249)',
    recordings: [],
  },
  {
    name: 'bound-unit-stopped-early',
    conclusion: 'dependency',
    frames: ['unit_check_binds_to'],
    reference: 'unit.c unit_check_binds_to() (≤ 247)',
    recordings: [],
  },
  {
    name: 'not-needed',
    conclusion: 'dependency',
    frames: ['manager_dispatch_stop_when_unneeded_queue'],
    reference: 'manager.c manager_dispatch_stop_when_unneeded_queue() (≥ 240, RHEL ≥ 219-76)',
    recordings: [],
  },
  {
    name: 'retroactively-stopped',
    conclusion: 'dependency',
    frames: ['retroactively_stop_dependencies'],
    reference: 'unit.c retroactively_stop_dependencies(), where it is not inlined',
    recordings: [],
  },
] as const satisfies readonly CallPathRow[];
