/** What a callback was given, and a way to wait for it without sleeping. */
export class Seen<T> {
  readonly all: T[] = [];
  readonly #waiting = new Set<() => void>();

  readonly push = (...items: readonly T[]): void => {
    this.all.push(...items);
    for (const check of this.#waiting) check();
  };

  /** Resolves once the predicate holds; the test's own timeout ends a wait in vain. */
  until(predicate: (all: readonly T[]) => boolean): Promise<void> {
    if (predicate(this.all)) return Promise.resolve();
    return new Promise((resolve) => {
      const check = (): void => {
        if (!predicate(this.all)) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }

  count(count: number): Promise<void> {
    return this.until((all) => all.length >= count);
  }
}
