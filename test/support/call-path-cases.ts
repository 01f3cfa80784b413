import type { Cause } from '../../src/model/cause.ts';

/**
 * Call paths at the first function of a stop, innermost first, as SYSTEMD.md §1.2 and §1.3 give them for six
 * versions. `result` and `oldState` only where the path alone does not decide.
 */
export interface CallPathCase {
  readonly systemd: string;
  readonly what: string;
  readonly frames: readonly string[];
  readonly result?: string;
  readonly oldState?: string;
  readonly expected: Cause | 'not-a-stop';
}

const loop = ['source_dispatch', 'sd_event_dispatch', 'manager_loop', 'main'];
const stop = (name: string): string => name;
const lto = (name: string): string => `${name}.lto_priv.0`;
const names: Readonly<Record<string, (name: string) => string>> = {
  '219': stop,
  '239': stop,
  '247': stop,
  '252': lto,
  '257': lto,
  '262': lto,
};
const enter = (version: string, name: string): string => (names[version] ?? stop)(name);
const versions = ['219', '239', '247', '252', '257', '262'] as const;

const jobFrames: Readonly<Record<string, readonly string[]>> = {
  '219': ['service_stop', 'job_perform_on_unit', 'job_run_and_invalidate', 'manager_dispatch_run_queue'],
  '239': ['service_stop', 'job_perform_on_unit', 'job_run_and_invalidate', 'manager_dispatch_run_queue'],
  '247': ['service_stop.lto_priv.0', 'job_perform_on_unit.lto_priv.0', 'manager_dispatch_run_queue'],
  '252': ['service_stop.lto_priv.0', 'job_run_and_invalidate', 'manager_dispatch_run_queue'],
  '257': ['service_stop', 'job_run_and_invalidate', 'manager_dispatch_run_queue'],
  '262': ['service_stop', 'job_run_and_invalidate', 'manager_dispatch_run_queue'],
};
const sigchld = (version: string): readonly string[] =>
  version === '219'
    ? ['service_sigchld_event', 'invoke_sigchld_event', 'manager_dispatch_sigchld', 'manager_dispatch_signal_fd']
    : ['service_sigchld_event', 'manager_dispatch_sigchld'];

const everyVersion = versions.flatMap((systemd): readonly CallPathCase[] => [
  {
    systemd,
    what: 'stop job',
    frames: [enter(systemd, 'service_enter_stop'), ...(jobFrames[systemd] ?? []), ...loop],
    expected: 'requested',
  },
  {
    systemd,
    what: 'stop job while starting',
    frames: [enter(systemd, 'service_enter_signal'), ...(jobFrames[systemd] ?? []), ...loop],
    expected: 'requested',
  },
  {
    systemd,
    what: 'stop job while it waits for its restart',
    frames: ['service_set_state', ...(jobFrames[systemd] ?? []), ...loop],
    oldState: 'auto-restart',
    expected: 'not-a-stop',
  },
  {
    systemd,
    what: 'clean end of the main process',
    frames: [enter(systemd, 'service_enter_stop'), ...sigchld(systemd), ...loop],
    expected: 'exited',
  },
  {
    systemd,
    what: 'oneshot finished',
    frames: [enter(systemd, 'service_enter_stop'), ...sigchld(systemd), ...loop],
    result: 'success',
    oldState: 'start',
    expected: 'not-a-stop',
  },
  {
    systemd,
    what: 'main process killed',
    frames: [enter(systemd, 'service_enter_signal'), ...sigchld(systemd), ...loop],
    result: 'signal',
    expected: 'signal',
  },
  {
    systemd,
    what: 'main process failed',
    frames: [enter(systemd, 'service_enter_signal'), ...sigchld(systemd), ...loop],
    result: 'exit-code',
    expected: 'exit-code',
  },
  {
    systemd,
    what: 'main process dumped core',
    frames: [enter(systemd, 'service_enter_signal'), ...sigchld(systemd), ...loop],
    result: 'core-dump',
    expected: 'core-dump',
  },
  {
    systemd,
    what: 'main process failed, how is not shown',
    frames: [enter(systemd, 'service_enter_signal'), ...sigchld(systemd), ...loop],
    expected: 'unknown',
  },
  {
    systemd,
    what: 'watchdog',
    frames: [enter(systemd, 'service_enter_signal'), 'service_dispatch_watchdog', ...loop],
    expected: 'watchdog',
  },
  {
    systemd,
    what: 'start timeout',
    frames: [enter(systemd, 'service_enter_signal'), 'service_dispatch_timer', ...loop],
    expected: 'timeout',
  },
  {
    systemd,
    what: 'STOPPING=1',
    frames: [enter(systemd, 'service_enter_stop_by_notify'), 'service_notify_message', 'manager_dispatch_notify_fd', ...loop],
    expected: 'notify-stopping',
  },
  {
    systemd,
    what: 'reload of the manager',
    frames: ['service_set_state', 'service_coldplug', 'unit_coldplug', 'manager_startup', 'main'],
    expected: 'not-a-stop',
  },
  { systemd, what: 'stripped: no name can be trusted', frames: [], expected: 'unknown' },
]);

const since239 = versions
  .filter((systemd) => systemd !== '219')
  .flatMap((systemd): readonly CallPathCase[] => [
    {
      systemd,
      what: 'cgroup ran empty',
      frames: [enter(systemd, 'service_enter_stop'), 'on_cgroup_empty_event', ...loop],
      expected: 'cgroup-empty',
    },
    {
      systemd,
      what: 'runtime limit',
      frames: [enter(systemd, 'service_enter_stop'), 'service_dispatch_timer', ...loop],
      expected: 'timeout',
    },
    {
      systemd,
      what: 'lost its bus name',
      frames: [
        enter(systemd, 'service_enter_stop'),
        'signal_name_owner_changed',
        ...Array<string>(14).fill('bus_match_run'),
        ...loop,
      ],
      expected: 'bus-name-lost',
    },
  ]);

const since247 = versions
  .filter((systemd) => systemd !== '219' && systemd !== '239')
  .flatMap((systemd): readonly CallPathCase[] => [
    {
      systemd,
      what: 'WATCHDOG=trigger',
      frames: [
        enter(systemd, 'service_enter_signal'),
        enter(systemd, 'service_notify_message'),
        'manager_dispatch_notify_fd',
        ...loop,
      ],
      expected: 'watchdog',
    },
    {
      systemd,
      what: 'OOM policy',
      frames: [
        enter(systemd, 'service_enter_stop'),
        'service_notify_cgroup_oom_event',
        'unit_check_oom',
        'on_cgroup_oom_event',
        ...loop,
      ],
      expected: 'oom-kill',
    },
    {
      systemd,
      what: 'OOM found when the cgroup ran empty',
      frames: [enter(systemd, 'service_enter_stop'), 'on_cgroup_empty_event', ...loop],
      result: 'oom-kill',
      expected: 'oom-kill',
    },
  ]);

export const callPathCases: readonly CallPathCase[] = [
  ...everyVersion,
  ...since239,
  ...since247,
  {
    systemd: '219',
    what: 'cgroup empty by the release agent',
    frames: ['service_enter_stop', 'manager_notify_cgroup_empty', 'manager_dispatch_cgroups_agent_fd', ...loop],
    expected: 'cgroup-empty',
  },
  {
    systemd: '219',
    what: 'cgroup empty noticed from SIGCHLD',
    frames: ['service_enter_stop', 'invoke_sigchld_event', 'manager_dispatch_sigchld', 'manager_dispatch_signal_fd', ...loop],
    expected: 'cgroup-empty',
  },
  {
    systemd: '219 (early)',
    what: 'cgroup empty by the agent over D-Bus',
    frames: ['service_enter_stop', 'signal_agent_released', 'bus_match_run', 'process_message', ...loop],
    expected: 'cgroup-empty',
  },
  {
    systemd: '219 without tail calls',
    what: 'cgroup empty from SIGCHLD',
    frames: [
      'service_enter_stop',
      'service_enter_running',
      'service_notify_cgroup_empty_event',
      'service_sigchld_event',
      'invoke_sigchld_event',
      ...loop,
    ],
    expected: 'cgroup-empty',
  },
  {
    systemd: '219',
    what: 'lost its bus name',
    frames: ['service_enter_stop', 'manager_dispatch_bus_name_owner_changed', ...loop],
    expected: 'bus-name-lost',
  },
  {
    systemd: '219',
    what: 'start limit hit',
    frames: ['service_enter_dead', 'service_start', 'job_perform_on_unit', 'job_run_and_invalidate', ...loop],
    expected: 'not-a-stop',
  },
  {
    systemd: '252',
    what: 'start limit hit',
    frames: ['service_enter_dead.lto_priv.0', 'service_can_start', 'unit_start', 'job_run_and_invalidate', ...loop],
    expected: 'not-a-stop',
  },
  {
    systemd: '262',
    what: 'start limit hit',
    frames: ['service_enter_dead.lto_priv.0', 'service_test_startable', 'unit_start', ...loop],
    expected: 'not-a-stop',
  },
  {
    systemd: '262',
    what: 'lost its bus name, grace over',
    frames: ['service_enter_stop.lto_priv.0', 'service_enter_exited_or_stop', 'service_dispatch_bus_name_grace', ...loop],
    expected: 'bus-name-lost',
  },
  {
    systemd: '262',
    what: 'STOPPING=1 with its helper',
    frames: [
      'service_enter_stop_by_notify',
      'service_notify_message_process_state',
      'service_notify_message',
      'manager_dispatch_notify_fd',
      ...loop,
    ],
    expected: 'notify-stopping',
  },
  {
    systemd: '262',
    what: 'reload protocol',
    frames: ['service_enter_signal', 'service_notify_message_process_state', 'service_notify_message', ...loop],
    result: 'protocol',
    expected: 'protocol',
  },
  {
    systemd: '257',
    what: 'cold part of a function',
    frames: ['service_enter_stop.lto_priv.0.cold', 'service_stop', 'job_run_and_invalidate', ...loop],
    expected: 'requested',
  },
  {
    systemd: '252',
    what: 'pulled in by a bound unit, when queued',
    frames: ['manager_add_job', 'manager_dispatch_stop_when_bound_queue', ...loop],
    expected: 'dependency',
  },
  {
    systemd: '257',
    what: 'transition as unit_notify shows it',
    frames: ['unit_notify', 'service_enter_signal', 'service_stop', 'job_run_and_invalidate', ...loop],
    expected: 'requested',
  },
  {
    systemd: '9999',
    what: 'a function nobody has seen',
    frames: ['service_enter_stop', 'service_brand_new_event', ...loop],
    expected: 'unknown',
  },
];
