import type { Cause } from '../../../src/model/cause.ts';
import type { Operator, Suite } from '../machine.ts';

/** What really happens, known before it is seen. */
export interface ExpectedStop {
  readonly unit: string;
  readonly cause: Cause;
  /** As right, where two things race. */
  readonly orCause?: Cause;
  /** Command name of who made it happen; "systemd" where PID 1 acts by itself; absent where nobody else is behind it. */
  readonly sender?: string;
  /** Of the sender, where his pid may have been somebody else's at another boot. */
  readonly command?: string;
  /** The stop or start of another unit that pulled this one in. */
  readonly triggeredBy?: string;
  readonly count?: number;
  /** Only there; everywhere unless told. */
  readonly suites?: readonly Suite[];
  readonly note?: string;
}

export interface StopScenario {
  readonly name: string;
  readonly note?: string;
  /** Units involved, stopped and reset afterwards. */
  readonly units: readonly string[];
  /** Shell, before anything is recorded. */
  readonly prepare?: string;
  /** Shell, run by the operator; `witness COMMAND` writes down who acts. */
  readonly act: string;
  readonly operator?: Operator;
  readonly user?: string;
  /** How long evidence may still come after `act`; 700 unless told. */
  readonly settleMs?: number;
  readonly cleanup?: string;
  /** Empty: nothing in it is a stop. */
  readonly expect: readonly ExpectedStop[];
  readonly suites?: readonly Suite[];
  /** The machine is over, or no longer fit for another scenario. */
  readonly last?: boolean;
}

// Words that scenarios share.

export const byOperator = (unit: string): ExpectedStop => ({ unit, cause: 'requested', sender: 'systemctl' });
export const pulledBy = (triggeredBy: string, unit: string): ExpectedStop => ({
  unit,
  cause: 'dependency',
  sender: 'systemctl',
  triggeredBy,
});
export const bySystemd = (unit: string, cause: Cause): ExpectedStop => ({ unit, cause, sender: 'systemd' });
export const mainPid = (unit: string) => `$(systemctl show --value -p MainPID ${unit})`;
export const tasks = (unit: string) => `$(cat /sys/fs/cgroup/system.slice/${unit}/cgroup.procs)`;
export const start = (...units: readonly string[]) => `systemctl start ${units.join(' ')}`;
