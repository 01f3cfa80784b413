/** Holds back what must not be stored before the evidence read so far is durable. */
export interface SafePoint {
  /** Runs at once where all is settled, else as soon as it is. A later one of the same key replaces an earlier one. */
  whenSafe(key: string, commit: () => void): void;
  /** Something is held back: `check` is due. */
  isWaiting(): boolean;
  /** The pipeline may have settled. */
  check(): void;
}

export function createSafePoint(isSettled: () => boolean): SafePoint {
  const waiting = new Map<string, () => void>();
  return {
    whenSafe(key, commit) {
      if (isSettled()) commit();
      else waiting.set(key, commit);
    },
    isWaiting: () => waiting.size > 0,
    check() {
      if (waiting.size === 0 || !isSettled()) return;
      const commits = [...waiting.values()];
      waiting.clear();
      for (const commit of commits) commit();
    },
  };
}
