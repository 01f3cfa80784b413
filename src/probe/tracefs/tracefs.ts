import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The kernel's tracing files. Every method throws as the file system does, with what the kernel says of a mistake. */
export class Tracefs {
  readonly #directory: string;

  /** @throws where there is no tracefs */
  constructor(directory: string) {
    this.#directory = directory;
    if (!existsSync(join(directory, 'instances')))
      throw new Error(`No tracefs at "${directory}": as root, mount -t tracefs tracefs ${directory}`);
  }

  path(path: string): string {
    return join(this.#directory, path);
  }

  has(path: string): boolean {
    return existsSync(this.path(path));
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  list(path: string): readonly string[] {
    return readdirSync(this.path(path));
  }

  /** One write: the kernel takes each as a command. */
  write(path: string, text: string): void {
    this.#write(path, text, 'r+');
  }

  /** Without emptying the file first, which would remove everybody's definitions. */
  append(path: string, text: string): void {
    this.#write(path, text, 'a');
  }

  makeDirectory(path: string): void {
    mkdirSync(this.path(path));
  }

  removeDirectory(path: string): void {
    rmdirSync(this.path(path));
  }

  #write(path: string, text: string, flags: 'r+' | 'a'): void {
    try {
      const descriptor = openSync(this.path(path), flags);
      try {
        writeSync(descriptor, text);
      } finally {
        closeSync(descriptor);
      }
    } catch (cause) {
      throw new Error(`Cannot write ${JSON.stringify(text)} to "${this.path(path)}"`, { cause });
    }
  }
}
