import { expect } from 'vitest';

/** Waits until something asynchronous has happened; fails with what is missing where it does not. */
export async function until(what: () => boolean): Promise<void> {
  await expect.poll(what, { interval: 5 }).toBe(true);
}
