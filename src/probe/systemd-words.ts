import type { RequestAction } from '../model/evidence.ts';

/** systemd's ServiceState words in the order of their numbers. */
export type ServiceStates = readonly string[];
/** systemd's JobMode words in the order of their numbers. */
export type JobModes = readonly string[];

/** By the first version that numbers them so (SYSTEMD.md §1.5). */
export const serviceStates = {
  247: words(`dead condition start-pre start start-post running exited reload stop stop-watchdog stop-sigterm stop-sigkill
    stop-post final-watchdog final-sigterm final-sigkill failed auto-restart cleaning`),
  257: words(`dead condition start-pre start start-post running exited reload reload-signal reload-notify mounting
    stop stop-watchdog stop-sigterm stop-sigkill stop-post final-watchdog final-sigterm final-sigkill failed
    dead-before-auto-restart failed-before-auto-restart dead-resources-pinned auto-restart auto-restart-queued cleaning`),
  262: words(`dead condition start-pre start start-post running running-revalidating exited refresh-extensions
    refresh-credentials reload reload-signal reload-notify reload-post mounting stop stop-watchdog stop-sigterm stop-sigkill
    stop-post final-watchdog final-sigterm final-sigkill failed dead-before-auto-restart failed-before-auto-restart
    dead-resources-pinned auto-restart auto-restart-queued cleaning`),
} as const;

export const jobModes = {
  244: words('fail replace replace-irreversibly isolate flush ignore-dependencies ignore-requirements triggering'),
  257: words(
    'fail replace replace-irreversibly isolate flush ignore-dependencies ignore-requirements triggering restart-dependencies',
  ),
  262: words(
    'fail lenient replace replace-irreversibly isolate flush ignore-dependencies ignore-requirements triggering restart-dependencies',
  ),
} as const;

/** systemd's ServiceResult from 247 on. */
export const serviceResults = words(
  'success resources protocol timeout exit-code signal core-dump watchdog start-limit-hit oom-kill exec-condition',
);

/** systemd's UnitActiveState (maintenance since 243, refreshing since 257). */
export const activeStates = words('active reloading inactive failed activating deactivating maintenance refreshing');

const jobActions: Readonly<Record<number, RequestAction>> = {
  0: 'start',
  2: 'stop',
  3: 'reload',
  4: 'restart',
  6: 'try-restart',
};

/** `BUS_UNIT_QUEUE_RELOAD_IF_POSSIBLE` makes a restart the lesser of the two. */
export function actionOfJob(type: number, reloadIfPossible: boolean): RequestAction {
  if (reloadIfPossible && type === 4) return 'reload-or-restart';
  if (reloadIfPossible && type === 6) return 'reload-or-try-restart';
  return jobActions[type] ?? 'other';
}

/** The UnitActiveState of a ServiceState, as service.c's state_translation_table has it. */
export function activeStateOf(serviceState: string): string | undefined {
  return activeRows.find(({ pattern }) => pattern.test(serviceState))?.active;
}

/** First match decides. */
const activeRows: readonly { readonly pattern: RegExp; readonly active: string }[] = [
  { pattern: /^(?:dead|dead-before-auto-restart|dead-resources-pinned)$/, active: 'inactive' },
  { pattern: /^(?:failed|failed-before-auto-restart)$/, active: 'failed' },
  { pattern: /^(?:condition|start|start-pre|start-post|auto-restart|auto-restart-queued)$/, active: 'activating' },
  { pattern: /^(?:running|running-revalidating|exited)$/, active: 'active' },
  { pattern: /^(?:reload.*|mounting)$/, active: 'reloading' },
  { pattern: /^refresh-/, active: 'refreshing' },
  { pattern: /^(?:stop|stop-.*|final-.*)$/, active: 'deactivating' },
  { pattern: /^cleaning$/, active: 'maintenance' },
];

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
