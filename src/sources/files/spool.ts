import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, type Logger } from '../../logger.ts';
import { type DumpName, parseDumpName } from './dump-name.ts';
import { identityOf, readSpooled } from './read-spooled.ts';
import { removeFile, setAside } from './set-aside.ts';

/** A file of the spool that can be read. */
export interface SpooledDump extends DumpName {
  readonly path: string;
  readonly bytes: Buffer;
}

export interface SpoolOptions {
  readonly directory: string;
  /** Move what was read to `done/` instead of removing it. */
  readonly keep: boolean;
  /** Hands on what a dump holds; false where it holds nothing of the kind that belongs here. */
  readonly read: (dump: SpooledDump) => boolean;
  readonly onRejected: (path: string, reason: string) => void;
  /** Calls `commit` once what was read is durable; from then on the dump is not needed. */
  readonly whenSafe: (commit: () => Promise<void>) => Promise<void> | void;
  readonly log: Logger;
}

/** Directories below the spool that are ours, and how many files they keep. */
const done = { into: 'done', keep: 1000 };
const rejected = { into: 'rejected', keep: 100 };

/** Reads the dumps of a directory, oldest first, each once; anything else in it is set aside. */
export class Spool {
  readonly #options: SpoolOptions;
  /** By name, the identity of what lies in the spool and has been dealt with. */
  readonly #seen = new Map<string, string>();

  constructor(options: SpoolOptions) {
    this.#options = options;
  }

  /** Reads what has come since the last time. Rejects where the directory cannot be listed. */
  async scan(signal: AbortSignal): Promise<void> {
    const names = new Set(await readdir(this.#options.directory));
    for (const name of this.#seen.keys()) {
      if (!names.has(name)) this.#seen.delete(name);
    }
    for (const { name, dump } of oldestFirst([...names].filter(isForeign))) {
      if (signal.aborted) return;
      if (!(await this.#isSeen(name))) await this.#take(name, dump, signal);
    }
  }

  async #take(name: string, dump: DumpName | undefined, signal: AbortSignal): Promise<void> {
    const { read, whenSafe } = this.#options;
    const path = this.#pathOf(name);
    const file = await readSpooled(path);
    if (file.kind === 'vanished' || signal.aborted) return;
    this.#seen.set(name, file.identity);
    if (file.kind === 'refused') await this.#reject(name, file.reason);
    else if (dump === undefined) await this.#reject(name, 'its name is not UNIT.TIMESTAMP');
    else if (read({ path, ...dump, bytes: file.bytes })) await whenSafe(() => this.#dispose(name, file.identity));
    else await this.#reject(name, 'it holds nothing that belongs here');
  }

  async #reject(name: string, reason: string): Promise<void> {
    const path = this.#pathOf(name);
    this.#options.onRejected(path, reason);
    await this.#away(name, () => setAside({ path, ...rejected }));
  }

  /** Does not touch what may have come under the same name meanwhile. */
  async #dispose(name: string, identity: string): Promise<void> {
    if (this.#seen.get(name) !== identity || !(await this.#isSeen(name))) return;
    const path = this.#pathOf(name);
    await this.#away(name, () => (this.#options.keep ? setAside({ path, ...done }) : removeFile(path)));
  }

  /** What cannot be moved stays, and is passed over from now on. */
  async #away(name: string, move: () => Promise<void>): Promise<void> {
    try {
      await move();
      this.#seen.delete(name);
    } catch (error) {
      const data = { path: this.#pathOf(name), error: describeError(error) };
      this.#options.log.warn('Cannot move a file out of the spool', data);
    }
  }

  async #isSeen(name: string): Promise<boolean> {
    const seen = this.#seen.get(name);
    if (seen === undefined) return false;
    const status = await lstat(this.#pathOf(name), { bigint: true }).catch(() => undefined);
    return status !== undefined && identityOf(status) === seen;
  }

  #pathOf(name: string): string {
    return join(this.#options.directory, name);
  }
}

/** Names with a dot in front are being written. */
function isForeign(name: string): boolean {
  return !name.startsWith('.') && name !== done.into && name !== rejected.into;
}

/** What has no time of its own comes first. */
function oldestFirst(names: readonly string[]): readonly { readonly name: string; readonly dump: DumpName | undefined }[] {
  return names
    .map((name) => ({ name, dump: parseDumpName(name) }))
    .sort((one, other) => (one.dump?.atUsec ?? 0) - (other.dump?.atUsec ?? 0) || (one.name < other.name ? -1 : 1));
}
