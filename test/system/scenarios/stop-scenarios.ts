import type { Suite } from '../machine.ts';
import { busCallers } from './bus-callers.ts';
import { dependencies } from './dependencies.ts';
import { endings } from './endings.ts';
import { jobs } from './jobs.ts';
import { noStops } from './no-stops.ts';
import { openVSwitch } from './open-vswitch.ts';
import { processEnds } from './process-ends.ts';
import { requests } from './requests.ts';
import type { StopScenario } from './scenario.ts';
import { timers } from './timers.ts';

/** Every scenario of the bed, in the order it is run: what ends the machine comes last. */
export const stopScenarios: readonly StopScenario[] = [
  ...requests,
  ...busCallers,
  ...jobs,
  ...processEnds,
  ...timers,
  ...dependencies,
  ...noStops,
  ...openVSwitch,
  ...endings,
];

export function scenariosOf(suite: Suite): readonly StopScenario[] {
  return stopScenarios.filter(({ suites }) => suites?.includes(suite) ?? true);
}
