/** Hands things on in the order they came, also those that are not ready yet: what comes after one of these waits with it. */
export interface OrderedRelay<T> {
  push(item: T): void;
  /** @param fallback is handed on where `later` rejects or takes longer than `maxWaitMs` */
  pushLater(later: Promise<T>, fallback: T): void;
  /** Nothing is handed on any more. */
  stop(): void;
}

interface Slot<T> {
  item?: T;
  timer?: NodeJS.Timeout;
}

export function createOrderedRelay<T>(emit: (item: T) => void, maxWaitMs: number): OrderedRelay<T> {
  /** Empty, or led by a slot that is not ready. */
  const slots: Slot<T>[] = [];
  let isStopped = false;

  function push(item: T): void {
    if (slots.length === 0) handOn(item);
    else slots.push({ item });
  }

  function pushLater(later: Promise<T>, fallback: T): void {
    const slot: Slot<T> = {};
    const settle = (item: T): void => {
      clearTimeout(slot.timer);
      slot.item ??= item;
      flush();
    };
    slot.timer = setTimeout(settle, maxWaitMs, fallback);
    slots.push(slot);
    later.then(settle, () => settle(fallback));
  }

  function flush(): void {
    for (let next = slots[0]; next?.item !== undefined; next = slots[0]) {
      slots.shift();
      handOn(next.item);
    }
  }

  function handOn(item: T): void {
    if (!isStopped) emit(item);
  }

  function stop(): void {
    isStopped = true;
    for (const { timer } of slots) clearTimeout(timer);
    slots.length = 0;
  }

  return { push, pushLater, stop };
}
