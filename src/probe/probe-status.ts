import type { Attachment } from './attachment.ts';
import type { KernelRow } from './kernel-events.ts';
import type { Trust } from './self-check.ts';

/** What the probe can see on this host. */
export interface ProbeStatus {
  /** PID 1's code, as far as it was found. */
  readonly systemd?: {
    readonly module?: string;
    readonly version?: number;
    readonly buildId?: string;
    /** Which row of the table of structures was taken, and why. */
    readonly table?: 'build-id' | 'version';
  };
  /** `unverified`: no unit of our own could be started to look at. */
  readonly selfCheck: Trust | 'unverified' | 'not-attached';
  readonly sees: Readonly<Record<Sight, boolean>>;
  /** In words, for people. */
  readonly problems: readonly string[];
}

/** What a verdict may rest on. */
export const sights = [
  'transitions',
  'call-paths',
  'requests',
  'callers',
  'dependencies',
  'signals',
  'oom-kills',
  'cgroups',
  'commands',
  'connections',
  'processes',
] as const;
export type Sight = (typeof sights)[number];

export interface StatusParts {
  readonly attachment: Attachment;
  readonly selfCheck: ProbeStatus['selfCheck'];
  /** What is believed, checked or not. */
  readonly trust: Trust;
  readonly kernel: ReadonlySet<KernelRow['shows']>;
  readonly problems: readonly string[];
}

export function describeStatus({ attachment, selfCheck, trust, kernel, problems }: StatusParts): ProbeStatus {
  const { module, version, buildId, found, events } = attachment;
  const has = (...names: readonly string[]): boolean => names.some((name) => events.has(name));
  return {
    ...(module === undefined
      ? {}
      : {
          systemd: {
            module,
            ...(version === undefined ? {} : { version }),
            ...(buildId === undefined ? {} : { buildId }),
            ...(found === undefined ? {} : { table: found.by }),
          },
        }),
    selfCheck,
    sees: {
      transitions: trust.names && has('unit_notify', 'service_set_state'),
      'call-paths': trust.names && trust.calls && has('service_stop'),
      requests: trust.names && has('bus_job_track_sender', 'bus_verify_polkit_async'),
      callers: trust.callers && has('bus_job_track_sender', 'bus_verify_polkit_async'),
      dependencies: trust.names && has('transaction_add_job_and_dependencies'),
      signals: kernel.has('signals'),
      'oom-kills': kernel.has('oom-kills'),
      cgroups: kernel.has('cgroups'),
      commands: kernel.has('commands'),
      connections: kernel.has('connections'),
      processes: kernel.has('processes'),
    },
    problems: [...attachment.problems, ...problems],
  };
}
