import type { StopScenario } from '../system/scenarios/scenario.ts';
import { stopScenarios } from '../system/scenarios/stop-scenarios.ts';

/** At least one for each call path that PID 1 can take here, and for each way to be told who it was. */
const names = [
  'systemctl-stop',
  'systemctl-stop-no-block',
  'systemctl-restart',
  'systemctl-try-restart',
  'systemctl-kill',
  'busctl-stop-unit',
  'busctl-kill-unit',
  'fire-and-forget',
  'stop-during-start',
  'stop-timeout',
  'main-killed-kill',
  'main-killed-term',
  'main-killed-core-dump',
  'exits-0',
  'exits-3',
  'cgroup-emptied-by-kill',
  'cgroup-emptied-by-migration',
  'cgroup-emptied-by-exit',
  'notify-stopping',
  'stop-during-auto-restart',
  'oneshot-fails',
  'protocol',
  'resources',
  'watchdog',
  'watchdog-trigger',
  'runtime-max',
  'start-timeout',
  'binds-to',
  'binds-to-anchor-killed',
  'part-of-restart',
  'conflicts',
  'stop-when-unneeded',
  'oneshot-finishes',
  'oneshot-remains',
  'condition-false',
  'reload',
  'daemon-reload',
  'daemon-reexec',
  'main-migrated-with-known-pid',
] as const;

export const scenariosInVm: readonly StopScenario[] = wantedOf(names);

/** What a probe can see that knows exported symbols only: who asked, who killed, who moved. */
export const scenariosOfExported: readonly StopScenario[] = wantedOf([
  'systemctl-stop',
  'systemctl-stop-no-block',
  'main-killed-kill',
  'cgroup-emptied-by-kill',
  'cgroup-emptied-by-migration',
  'exits-3',
]);

/** What ends the machine: the reboot comes first, for it comes back by itself. */
export const endingsInVm: readonly StopScenario[] = wantedOf(['reboot', 'shutdown']);

/** `SSE_VM_ONLY="binds-to reboot" npm run test:vm` carries out these alone. */
function wantedOf(all: readonly string[]): readonly StopScenario[] {
  const only = process.env['SSE_VM_ONLY']?.split(' ');
  return all.filter((name) => only?.includes(name) ?? true).map(scenarioNamed);
}

function scenarioNamed(name: string): StopScenario {
  const scenario = stopScenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`There is no scenario "${name}" in the bed`);
  return scenario;
}
