/** A latch between events and the loop that acts on them: many notices before a wait are one wake. */
export class Wake {
  #isDue = false;
  #resolve: (() => void) | undefined;

  notify(): void {
    this.#isDue = true;
    this.#resolve?.();
  }

  /** Resolves once notified, at once where that happened before; after `timeoutMs` also without. */
  async wait(timeoutMs?: number): Promise<void> {
    if (!this.#isDue) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
        if (timeoutMs !== undefined) timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
      this.#resolve = undefined;
    }
    this.#isDue = false;
  }
}
