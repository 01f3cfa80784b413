import { type FSWatcher, watch } from 'node:fs';
import { basename, resolve } from 'node:path';

/** Tells of changes in a directory (inotify), as far as the kernel lets us watch it. */
export class DirectoryWatch {
  readonly #directory: string;
  readonly #onChange: (name: string | undefined) => void;
  #watcher: FSWatcher | undefined;

  /** `onChange` gets the name of what changed in the directory; undefined where it may be anything. */
  constructor(directory: string, onChange: (name: string | undefined) => void) {
    this.#directory = resolve(directory);
    this.#onChange = onChange;
  }

  /** Watches, where it does not yet. False where that cannot be: no such directory, no right to list it, no watches left. */
  ensure(): boolean {
    if (this.#watcher !== undefined) return true;
    try {
      const watcher = watch(this.#directory, (event, name) => this.#changed(event, name ?? undefined));
      watcher.on('error', () => this.#lost());
      this.#watcher = watcher;
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** A directory that is itself removed or renamed is announced under its own name; its watch is of no use any more. */
  #changed(event: string, name: string | undefined): void {
    if (event === 'rename' && name === basename(this.#directory)) this.#lost();
    else this.#onChange(name);
  }

  #lost(): void {
    this.close();
    this.#onChange(undefined);
  }
}
