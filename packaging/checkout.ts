import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const checkout = fileURLToPath(new URL('..', import.meta.url));

/** Seconds since 1970, as text. What is made of a commit is the same each time. */
export function commitTime(): string {
  return execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: checkout, encoding: 'utf8' }).trim();
}
