import type { OomVictim, SignalSent } from '../model/evidence.ts';
import type { Facts } from './facts.ts';

export const sigkill = 9;

/**
 * The kernel freed the main process's memory, and nobody had killed it before: one that is dying already is chosen first.
 * Of a service whose main process is not known it is none.
 */
export function oomVictimOf({ incident: { evidence }, mainPids }: Facts): OomVictim | undefined {
  const victim = evidence.find((one): one is OomVictim => one.kind === 'oom-victim' && mainPids.has(one.target.pid ?? 0));
  const kill = evidence.find(
    (one): one is SignalSent => one.kind === 'signal' && one.signal === sigkill && one.target.pid === victim?.target.pid,
  );
  return kill === undefined || kill.fromKernel === true ? victim : undefined;
}
