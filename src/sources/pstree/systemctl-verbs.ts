import type { RequestAction } from '../../model/evidence.ts';

/** What a verb of systemctl asks for, where it can stop something. */
export interface SystemctlVerb {
  readonly action: RequestAction;
  /** `named`: it stops what it names; `none`: it takes no names; the rest: it starts this, with mode isolate. */
  readonly units: 'named' | 'isolated' | 'none' | { readonly isolated: string };
  /** Only together with `--now`. */
  readonly needsNow?: boolean;
}

const isolating = (target: string): SystemctlVerb => ({ action: 'start', units: { isolated: target } });
const named = (action: RequestAction): SystemctlVerb => ({ action, units: 'named' });
const shutdown: SystemctlVerb = { action: 'shutdown', units: 'none' };

export const systemctlVerbs: ReadonlyMap<string, SystemctlVerb> = new Map([
  ['stop', named('stop')],
  ['condstop', named('stop')],
  ['restart', named('restart')],
  ['try-restart', named('try-restart')],
  ['condrestart', named('try-restart')],
  ['reload-or-restart', named('reload-or-restart')],
  ['try-reload-or-restart', named('reload-or-try-restart')],
  ['reload-or-try-restart', named('reload-or-try-restart')],
  ['force-reload', named('reload-or-try-restart')],
  ['kill', named('kill')],
  ['disable', { action: 'stop', units: 'named', needsNow: true }],
  ['mask', { action: 'stop', units: 'named', needsNow: true }],
  ['isolate', { action: 'start', units: 'isolated' }],
  ['default', isolating('default.target')],
  ['rescue', isolating('rescue.target')],
  ['emergency', isolating('emergency.target')],
  ...['poweroff', 'reboot', 'halt', 'kexec', 'soft-reboot', 'exit', 'switch-root'].map((verb) => [verb, shutdown] as const),
]);

/** Options that take the next word where no `=` follows. */
export const systemctlValueOptions: ReadonlySet<string> = new Set([
  ...['-t', '--type', '-p', '--property', '-P', '-s', '--signal', '-n', '--lines', '-o', '--output', '--state', '--job-mode'],
  ...[
    '--kill-who',
    '--kill-whom',
    '--kill-value',
    '--kill-subgroup',
    '--preset-mode',
    '--message',
    '--when',
    '--what',
    '--timestamp',
  ],
  ...['--reboot-argument', '--boot-loader-menu', '--boot-loader-entry', '--drop-in', '--check-inhibitors'],
]);

/** With these, systemctl talks to another manager, or stops nothing. */
export const systemctlForeignOptions: ReadonlySet<string> = new Set([
  ...['--user', '--global', '-H', '--host', '-M', '--machine', '-C', '--capsule', '--root', '--image'],
  ...['--help', '-h', '--version', '--dry-run'],
]);
