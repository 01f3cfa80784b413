/** What a promise gives within a time, or undefined. Does not hold the process. */
export async function withinDeadline<T>(promise: Promise<T>, deadlineMs: number): Promise<T | undefined> {
  const { promise: expired, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), deadlineMs).unref();
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}
