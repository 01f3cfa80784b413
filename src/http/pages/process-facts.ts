import type { Process } from '../../model/process.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What is known of a process beside its name, pid and command. */
export function processFacts({ user, uid, loginUid, unit, session, tty }: Process): readonly Fact[] {
  const known: readonly (readonly [string, string | number | undefined])[] = [
    ['user', user ?? (uid === undefined ? undefined : `uid ${uid}`)],
    ['login uid', loginUid === uid ? undefined : loginUid],
    ['unit', unit],
    ['session', session],
    ['terminal', tty],
  ];
  return known.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: String(value) }]));
}

/** 0 is the kernel's, which is no process. */
export function isProcessId(pid: number | undefined): pid is number {
  return pid !== undefined && pid !== 0;
}
