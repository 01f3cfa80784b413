/** systemd's UnitActiveState (unit-def.c). */
const activeStates = [
  'active',
  'reloading',
  'inactive',
  'failed',
  'activating',
  'deactivating',
  'maintenance',
  'refreshing',
] as const;
type ActiveState = (typeof activeStates)[number];

/** systemd's ServiceState → UnitActiveState (service.c state_translation_table), of versions 219 to 262. */
const activeStateOf: ReadonlyMap<string, ActiveState> = new Map<string, ActiveState>([
  ['dead', 'inactive'],
  ['condition', 'activating'],
  ['start-pre', 'activating'],
  ['start', 'activating'],
  ['start-post', 'activating'],
  ['running', 'active'],
  ['running-revalidating', 'active'],
  ['exited', 'active'],
  ['refresh-extensions', 'refreshing'],
  ['refresh-credentials', 'refreshing'],
  ['reload', 'reloading'],
  ['reload-signal', 'reloading'],
  ['reload-notify', 'reloading'],
  ['reload-post', 'reloading'],
  ['mounting', 'reloading'],
  ['stop', 'deactivating'],
  ['stop-sigabrt', 'deactivating'],
  ['stop-watchdog', 'deactivating'],
  ['stop-sigterm', 'deactivating'],
  ['stop-sigkill', 'deactivating'],
  ['stop-post', 'deactivating'],
  ['final-watchdog', 'deactivating'],
  ['final-sigterm', 'deactivating'],
  ['final-sigkill', 'deactivating'],
  ['failed', 'failed'],
  ['dead-before-auto-restart', 'inactive'],
  ['failed-before-auto-restart', 'failed'],
  ['dead-resources-pinned', 'inactive'],
  ['auto-restart', 'activating'],
  ['auto-restart-queued', 'activating'],
  ['cleaning', 'maintenance'],
]);

/** PID 1 entering one of these functions is the unit entering this state. */
const stateOfFunction: ReadonlyMap<string, ActiveState> = new Map<string, ActiveState>([
  ['service_enter_stop', 'deactivating'],
  ['service_enter_stop_by_notify', 'deactivating'],
  ['service_enter_signal', 'deactivating'],
  ['service_enter_stop_post', 'deactivating'],
  ['service_enter_dead', 'inactive'],
]);

export interface State {
  readonly active: ActiveState;
  readonly sub?: string;
}

/** Reads a word of either kind, or a pair of both; undefined where systemd has no such active state. */
export function stateOf(active: string | undefined, sub: string | undefined): State | undefined {
  const known = activeStates.find((state) => state === active) ?? (sub === undefined ? undefined : activeStateOf.get(sub));
  if (known === undefined) return undefined;
  return sub === undefined || sub === known ? { active: known } : { active: known, sub };
}

/** A word that may be an active state or a service state: call paths know either. */
export function stateOfWord(word: string): State | undefined {
  return activeStates.some((state) => state === word) ? stateOf(word, undefined) : stateOf(undefined, word);
}

export function stateEnteredBy(functionName: string): State | undefined {
  const active = stateOfFunction.get(functionName);
  return active === undefined ? undefined : { active };
}

/** A stop has ended here: inactive, failed, or waiting for the automatic restart. */
export function isAtRest({ active, sub }: State): boolean {
  return active === 'inactive' || active === 'failed' || sub === 'auto-restart' || sub === 'auto-restart-queued';
}
