/** Holds back what must not be stored before the evidence read so far is durable. */
export interface SafePoint {
  /** Runs at once where no stop is being put together, else as soon as none is. A later one of the same key replaces an earlier one. */
  whenSafe(key: string, commit: () => void): void;
  /** The pipeline may have become idle. */
  check(): void;
}

export function createSafePoint(isBusy: () => boolean): SafePoint {
  const waiting = new Map<string, () => void>();
  return {
    whenSafe(key, commit) {
      if (isBusy()) waiting.set(key, commit);
      else commit();
    },
    check() {
      if (waiting.size === 0 || isBusy()) return;
      const commits = [...waiting.values()];
      waiting.clear();
      for (const commit of commits) commit();
    },
  };
}
