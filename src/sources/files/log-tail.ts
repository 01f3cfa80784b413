import { type BigIntStats, statSync } from 'node:fs';
import { findPosition } from './find-position.ts';
import type { FollowedLog, OnLines, TailNotice } from './followed-log.ts';
import { openMissedLogs } from './missed-logs.ts';
import { type OpenedFile, openLog, type Unopened, unopened } from './open-log.ts';
import { PipeLog } from './pipe-log.ts';
import { RegularLog, readHead } from './regular-log.ts';
import { fingerprintOf, formatPosition, parsePosition, type TailPosition } from './tail-position.ts';

export interface LogTailOptions {
  readonly path: string;
  /** What `onLines` gave after the last line that was safe; from the beginning where absent or of another file. */
  readonly position?: string | undefined;
  readonly onLines: OnLines;
  /** Gets where a log begins that is followed for the first time: what is rotated away before its first line is safe is found again. */
  readonly onBeginning?: (position: string) => void;
  readonly onNotice?: (notice: TailNotice) => void;
}

/** What is followed at a path now, and what becomes of it when something else is found there. */
export class LogTail {
  readonly #options: LogTailOptions;
  readonly #onChange: () => void;
  readonly #signal: AbortSignal;
  #current: FollowedLog | undefined;
  #resumeAt: TailPosition | undefined;
  #reported: TailNotice['event'] | undefined;

  constructor(options: LogTailOptions, onChange: () => void, signal: AbortSignal) {
    this.#options = options;
    this.#onChange = onChange;
    this.#signal = signal;
    if (options.position === undefined) return;
    this.#resumeAt = parsePosition(options.position);
    if (this.#resumeAt === undefined) this.#notice({ event: 'position-lost', path: options.path });
  }

  /** Reads all there is. True where the log is at its path and the kernel will tell when it changes. */
  async advance(): Promise<boolean> {
    if (this.#resumeAt !== undefined) await this.#resume(this.#resumeAt);
    while (!this.#signal.aborted) {
      if ((await this.#current?.advance()) === 'ended') await this.#replaceBy(undefined);
      const status = statusOf(this.#options.path);
      if ('reason' in status) return this.#reportAbsence(status);
      if (await this.#isFollowing(status)) return this.#reportPresence();
      const absence = await this.#follow();
      if (absence !== undefined) return this.#reportAbsence(absence);
    }
    return false;
  }

  async close(): Promise<void> {
    await this.#current?.close();
    this.#current = undefined;
  }

  /** A renamed log is written to until its writer is told to reopen: it has been once the new one is not empty. */
  async #isFollowing(status: BigIntStats): Promise<boolean> {
    if (this.#current === undefined) return false;
    if (this.#current.isAt(status)) return true;
    return status.isFile() && status.size === 0n && (await this.#current.outlivesRename());
  }

  async #resume(position: TailPosition): Promise<void> {
    const { path } = this.#options;
    const found = await findPosition(path, position);
    if (found === undefined && 'reason' in statusOf(path)) return;
    this.#resumeAt = undefined;
    if (found === undefined) return this.#notice({ event: 'position-lost', path });
    this.#current = this.#regularLog(found, position);
    this.#notice({ event: 'resumed', path: found.path, offset: position.offset, firstLine: found.firstLine });
  }

  /** Opens what is at the path, and only then lets go of what was there before. */
  async #follow(): Promise<Unopened | undefined> {
    const { path, onLines } = this.#options;
    const opened = await openLog(path);
    if (opened.kind !== 'regular' && opened.kind !== 'pipe') return opened;
    if (this.#current !== undefined) this.#notice({ event: 'rotated', path });
    const isFirst = this.#current === undefined && this.#options.position === undefined;
    await this.#readMissed(opened.status);
    if (opened.kind === 'pipe') {
      await this.#replaceBy(new PipeLog({ ...opened, onLines, onChange: this.#onChange }));
      return undefined;
    }
    if (isFirst) this.#options.onBeginning?.(beginningOf(opened));
    await this.#replaceBy(this.#regularLog(opened));
    return undefined;
  }

  #regularLog({ handle, status }: OpenedFile, position?: TailPosition): RegularLog {
    const { path, onLines } = this.#options;
    const onTruncated = (): void => this.#notice({ event: 'truncated', path });
    return new RegularLog({ handle, status, position, onLines, onTruncated, onChange: this.#onChange, signal: this.#signal });
  }

  /** The log may have been rotated more than once since we last looked. */
  async #readMissed(now: BigIntStats): Promise<void> {
    const left = await this.#current?.asLeft();
    if (left === undefined) return;
    for (const missed of await openMissedLogs(this.#options.path, left, now)) await this.#replaceBy(this.#regularLog(missed));
  }

  async #replaceBy(next: FollowedLog | undefined): Promise<void> {
    const previous = this.#current;
    this.#current = next;
    await previous?.finish();
  }

  #reportPresence(): true {
    if (this.#reported !== 'following') this.#notice({ event: 'following', path: this.#options.path });
    this.#reported = 'following';
    return true;
  }

  #reportAbsence({ kind, reason }: Unopened): false {
    if (this.#reported !== kind) this.#notice({ event: kind, path: this.#options.path, reason });
    this.#reported = kind;
    return false;
  }

  #notice(notice: TailNotice): void {
    this.#options.onNotice?.(notice);
  }
}

function statusOf(path: string): BigIntStats | Unopened {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    return unopened(error);
  }
}

function beginningOf({ handle, status }: OpenedFile): string {
  const fingerprint = fingerprintOf(readHead(handle));
  return formatPosition({ device: String(status.dev), inode: String(status.ino), offset: 0, lines: 0, fingerprint });
}
