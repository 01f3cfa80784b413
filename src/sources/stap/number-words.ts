import type { RequestAction } from '../../model/evidence.ts';

/** systemd's JobType by number, the same in all versions (SYSTEMD.md §1.5); what we have no word for is `other`. */
const jobTypeActions: readonly RequestAction[] = ['start', 'other', 'stop', 'reload', 'restart', 'other', 'try-restart'];

export function actionOfJobType(jobType: number): RequestAction {
  return jobTypeActions[jobType] ?? 'other';
}

/** systemd's ServiceResult by number. From 9 on the number means another word in another version. */
const serviceResults = [
  'success',
  'resources',
  'protocol',
  'timeout',
  'exit-code',
  'signal',
  'core-dump',
  'watchdog',
  'start-limit-hit',
] as const;

export function serviceResultWord(result: number): string | undefined {
  return serviceResults[result];
}

/** systemd's UnitActiveState by number (maintenance since 243, refreshing since 257). */
const unitActiveStates = [
  'active',
  'reloading',
  'inactive',
  'failed',
  'activating',
  'deactivating',
  'maintenance',
  'refreshing',
] as const;

export function unitActiveStateWord(state: number): string | undefined {
  return unitActiveStates[state];
}
