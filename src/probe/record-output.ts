import { closeSync, constants, fstatSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import type { Writable } from 'node:stream';

/** Where the records go. */
export type OutputTarget =
  | { readonly kind: 'stdout' }
  /** Appended to; a FIFO is fine too. */
  | { readonly kind: 'file'; readonly path: string }
  /** A listening unix stream socket. */
  | { readonly kind: 'unix'; readonly path: string };

/** Takes whole records. What cannot be written is dropped and counted, never waited for: the kernel's events go on. */
export interface RecordOutput {
  write(record: string): void;
  /** Records dropped since the last call. */
  dropped(): number;
  /** Has the file been moved away, or become too large: the next record is the first of a new one, and has to be announced again. */
  reopen(): boolean;
  close(): Promise<void>;
  /** Rejects where nobody can read any more; does not resolve. */
  readonly broken: Promise<never>;
}

/** @throws where the file cannot be opened. @param maxBytes of a file: then it is set aside, and a new one begun */
export function openOutput(target: OutputTarget, maxBytes = Number.POSITIVE_INFINITY): RecordOutput {
  switch (target.kind) {
    case 'stdout':
      return new StreamOutput(process.stdout);
    case 'unix':
      return new StreamOutput(connect(target.path));
    case 'file':
      return new FileOutput(target.path, maxBytes);
  }
}

/** Readable for the exporter's group, for nobody else: command lines are in it. */
const fileMode = 0o640;

class FileOutput implements RecordOutput {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly broken = new Promise<never>(() => undefined);
  #descriptor: number;
  #dropped = 0;
  /** The rest of a record of which a FIFO had room for a part only. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#descriptor = openForAppend(path);
  }

  write(record: string): void {
    if (!this.#writeRest()) {
      this.#dropped++;
      return;
    }
    this.#rest = Buffer.from(record, 'utf8');
    const isStarted = this.#writeRest() || this.#rest.length < Buffer.byteLength(record);
    if (isStarted) return;
    this.#rest = Buffer.alloc(0);
    this.#dropped++;
  }

  /** True where nothing is left. */
  #writeRest(): boolean {
    try {
      while (this.#rest.length > 0) this.#rest = this.#rest.subarray(writeSync(this.#descriptor, this.#rest));
      return true;
    } catch {
      return false;
    }
  }

  dropped(): number {
    const count = this.#dropped;
    this.#dropped = 0;
    return count;
  }

  reopen(): boolean {
    try {
      const [now, ours] = [statSync(this.#path, { throwIfNoEntry: false }), fstatSync(this.#descriptor)];
      const isOurs = now !== undefined && now.ino === ours.ino && now.dev === ours.dev;
      if (isOurs && ours.size <= this.#maxBytes) return false;
      if (isOurs) renameSync(this.#path, `${this.#path}.1`);
      const descriptor = openForAppend(this.#path);
      closeSync(this.#descriptor);
      this.#descriptor = descriptor;
      this.#rest = Buffer.alloc(0);
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    this.#writeRest();
    closeSync(this.#descriptor);
  }
}

/** A FIFO opened for writing alone would wait for a reader. */
function openForAppend(path: string): number {
  const isFifo = statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
  const { O_APPEND, O_CREAT, O_NONBLOCK, O_RDWR, O_WRONLY } = constants;
  return openSync(path, isFifo ? O_RDWR | O_NONBLOCK : O_WRONLY | O_APPEND | O_CREAT, fileMode);
}

/** What may wait for a slow reader. */
const maxWaitingBytes = 8 * 1024 * 1024;

class StreamOutput implements RecordOutput {
  readonly #stream: Writable;
  readonly broken: Promise<never>;
  #dropped = 0;

  constructor(stream: Writable) {
    this.#stream = stream;
    this.broken = new Promise<never>((_, reject) => {
      stream.on('error', reject);
      stream.on('close', () => reject(new Error('The reader of the records has gone')));
    });
    this.broken.catch(() => undefined);
  }

  write(record: string): void {
    if (this.#stream.writable && this.#stream.writableLength < maxWaitingBytes) this.#stream.write(record);
    else this.#dropped++;
  }

  dropped(): number {
    const count = this.#dropped;
    this.#dropped = 0;
    return count;
  }

  reopen(): boolean {
    return false;
  }

  async close(): Promise<void> {
    if (this.#stream === process.stdout) return;
    await new Promise<void>((resolve) => {
      this.#stream.once('close', resolve);
      this.#stream.end(() => this.#stream.destroy());
    });
  }
}
