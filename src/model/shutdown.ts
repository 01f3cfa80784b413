import type { StopRequest } from './evidence.ts';

/** Starting one of these is the shutdown transaction. */
export const shutdownTargets: ReadonlySet<string> = new Set([
  'shutdown.target',
  'poweroff.target',
  'reboot.target',
  'halt.target',
  'kexec.target',
  'soft-reboot.target',
  'umount.target',
  'final.target',
  'exit.target',
  'ctrl-alt-del.target',
]);

/** Somebody asks logind or PID 1 for the end of the machine, or for the target that ends it. */
export function asksForShutdown({ action, unit }: Pick<StopRequest, 'action' | 'unit'>): boolean {
  return action === 'shutdown' || (unit !== undefined && shutdownTargets.has(unit));
}
