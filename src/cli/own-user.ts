import { createPasswd } from '../sources/proc/passwd.ts';

/** The name of the user we run as; its number where it has none. */
export function ownUser(): string {
  const uid = process.getuid?.() ?? 0;
  return createPasswd().nameOf(uid) ?? `${uid}`;
}
