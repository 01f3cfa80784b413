/**
 * Holds back what must not be stored before the evidence read so far is durable. It does not wait for quiet, which a
 * busy host may never have: what was read at a time is safe once nothing that came before is needed any more.
 */
export interface SafePoint {
  /** Runs as soon as all evidence read by now is durable or of no more use. A later one of the same key replaces an earlier one. */
  whenSafe(key: string, commit: () => void): void;
  /** Something is held back: `check` is due. */
  isWaiting(): boolean;
  /** Evidence may have become durable. */
  check(): void;
}

export interface SafePointOptions {
  /** Monotonic. */
  readonly nowMs: () => number;
  /** When the oldest evidence came that may still be needed; Infinity where none is. */
  readonly neededSinceMs: () => number;
  /** A commit failed. It is tried again. */
  readonly onError: (error: unknown) => void;
}

interface Checkpoint {
  readonly beganMs: number;
  /** When the latest of its commits was asked for. */
  atMs: number;
  readonly commits: Map<string, () => void>;
}

/** Commits so close together wait as one; a stop that takes long makes the last one grow, not the list. */
const spacingMs = 1_000;
const maxCheckpoints = 64;
/** A disk that is full stays so for a while. */
const retryMs = 1_000;

export function createSafePoint({ nowMs, neededSinceMs, onError }: SafePointOptions): SafePoint {
  const checkpoints: Checkpoint[] = [];
  let pausedUntilMs = Number.NEGATIVE_INFINITY;

  function whenSafe(key: string, commit: () => void): void {
    const now = nowMs();
    const last = checkpoints.at(-1);
    if (last !== undefined && (now - last.beganMs < spacingMs || checkpoints.length >= maxCheckpoints)) {
      last.atMs = now;
      last.commits.set(key, commit);
    } else {
      checkpoints.push({ beganMs: now, atMs: now, commits: new Map([[key, commit]]) });
    }
    check();
  }

  function check(): void {
    if (checkpoints.length === 0 || nowMs() < pausedUntilMs) return;
    const neededMs = neededSinceMs();
    for (let first = checkpoints[0]; first !== undefined && first.atMs < neededMs; first = checkpoints[0]) {
      if (!run(first)) return;
      checkpoints.shift();
    }
  }

  /** False where a commit failed: it and what comes after it wait. */
  function run({ commits }: Checkpoint): boolean {
    for (const [key, commit] of commits) {
      try {
        commit();
        commits.delete(key);
      } catch (error) {
        pausedUntilMs = nowMs() + retryMs;
        onError(error);
        return false;
      }
    }
    return true;
  }

  return { whenSafe, isWaiting: () => checkpoints.length > 0, check };
}
