import type { CallBegan, JobPulled, UnitChanged } from '../../src/probe/probe-events.ts';
import type { ServiceFunction } from '../../src/probe/struct-offsets.ts';
import { serviceStates } from '../../src/probe/systemd-words.ts';

const header = { pid: 1, comm: 'systemd' } as const;
const unit = { address: '0x55d0', unit: 'sleepy.service' } as const;

/** UnitActiveState numbers. */
export const active = { active: 0, inactive: 2, failed: 3, activating: 4, deactivating: 5 } as const;

/** systemd 252's number of a state. */
export function state(word: string): number {
  return serviceStates[247].indexOf(word);
}

export function changed(overrides: Partial<UnitChanged> = {}): UnitChanged {
  return { ...header, ...unit, kind: 'unit-changed', function: 'unit_notify', clockUsec: 1_000, result: 0, ...overrides };
}

/** The main process 103 runs, and begins to be stopped. */
export const beginsToStop = changed({
  oldActive: active.active,
  newActive: active.deactivating,
  newState: state('stop-sigterm'),
  mainPid: 103,
});

export function began(name: ServiceFunction, overrides: Partial<CallBegan> = {}): CallBegan {
  return { ...header, ...unit, kind: 'call-began', function: name, clockUsec: 900, ...overrides };
}

/** `service_sigchld_event` for the main process. */
export function mainEnded(code: number, status: number): CallBegan {
  return began('service_sigchld_event', { mainPid: 103, state: state('running'), child: { pid: 103, code, status } });
}

export function pulled(name: string, by?: string, type = 2): JobPulled {
  const because = by === undefined ? {} : { by: { unit: by, jobId: 146, type } };
  return { ...header, kind: 'job-pulled', clockUsec: 500, unit: name, type: by === undefined ? type : 2, ...because };
}
