/** Runs tasks, so many at a time; the oldest that wait are dropped where too many wait. */
export interface BoundedQueue<Key> {
  add(key: Key): void;
  /** What has not begun will not; what has begun goes on. */
  remove(key: Key): void;
  clear(): void;
}

export interface QueueBounds {
  readonly maxRunning: number;
  readonly maxWaiting: number;
}

/** @param run must not reject */
export function createBoundedQueue<Key>(
  { maxRunning, maxWaiting }: QueueBounds,
  run: (key: Key) => Promise<void>,
  onDropped: (key: Key) => void = () => undefined,
): BoundedQueue<Key> {
  const waiting = new Set<Key>();
  let running = 0;

  function add(key: Key): void {
    waiting.add(key);
    startNext();
    const [oldest] = waiting.size > maxWaiting ? waiting : [];
    if (oldest === undefined) return;
    waiting.delete(oldest);
    onDropped(oldest);
  }

  function startNext(): void {
    if (running >= maxRunning) return;
    const [key] = waiting;
    if (key === undefined) return;
    waiting.delete(key);
    running += 1;
    void run(key).finally(() => {
      running -= 1;
      startNext();
    });
  }

  return { add, remove: (key) => void waiting.delete(key), clear: () => waiting.clear() };
}
