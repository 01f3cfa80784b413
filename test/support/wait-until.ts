import { setTimeout as delay } from 'node:timers/promises';

/** Looks again and again, outside of a test, too; false where it is not so in time. */
export async function waitUntil(
  isSo: () => boolean | Promise<boolean>,
  { timeout, interval }: { readonly timeout: number; readonly interval: number },
): Promise<boolean> {
  const deadlineMs = performance.now() + timeout;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) return false;
    await delay(interval);
  }
  return true;
}
