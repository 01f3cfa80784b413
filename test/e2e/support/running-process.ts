import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitUntil } from '../../support/wait-until.ts';

export interface ProcessOptions {
  /** Beside PATH and HOME: nothing of ours leaks into what is tested. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

export interface ProcessEnd {
  /** Exit status, or the signal that ended it. */
  readonly status: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

const patienceMs = 60_000;

/** A real process: what it says, and its end, whatever becomes of the test. */
export class RunningProcess implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<ProcessEnd>;
  #stdout = '';
  #stderr = '';
  #isOver = false;

  constructor(command: string, parameters: readonly string[], { environment, input = '' }: ProcessOptions = {}) {
    const { PATH = '', HOME = '/' } = process.env;
    this.#child = spawn(command, parameters, { env: { PATH, HOME, ...environment } });
    this.#child.stdout.setEncoding('utf8').on('data', (text) => {
      this.#stdout += text;
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#stderr += text;
    });
    // Who ends early does not read all of it.
    this.#child.stdin.on('error', () => undefined).end(input);
    process.once('exit', this.#kill);
    this.#closed = this.#whenClosed();
    // Whoever waits for the end is told of a failure to start.
    this.#closed.catch(() => undefined);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Resolves once the pattern stands in what it said, on either stream. Rejects where it ends without. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const heard = () => pattern.exec(this.#stdout) ?? pattern.exec(this.#stderr);
    const wait = { timeout: patienceMs, interval: 10 };
    await waitUntil(() => heard() !== null || this.#isOver, wait);
    const match = heard();
    if (match !== null) return match;
    if (this.#isOver) await this.#closed;
    throw new Error(`Did not say ${pattern} but ${JSON.stringify(this.#stdout + this.#stderr)}`);
  }

  /** From here on nobody reads what it writes. */
  ignoreOutput(): void {
    this.#child.stdout.pause();
    this.#child.stderr.pause();
  }

  /** One that does not end is killed, which its status tells. */
  async end(): Promise<ProcessEnd> {
    const patience = setTimeout(this.#kill, patienceMs);
    return await this.#closed.finally(() => clearTimeout(patience));
  }

  stop(signal: NodeJS.Signals): Promise<ProcessEnd> {
    this.#child.kill(signal);
    return this.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill();
    await this.#closed.catch(() => undefined);
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };

  async #whenClosed(): Promise<ProcessEnd> {
    try {
      const [code, signal] = await once(this.#child, 'close');
      return { status: code ?? signal, stdout: this.#stdout, stderr: this.#stderr };
    } finally {
      this.#isOver = true;
      process.off('exit', this.#kill);
    }
  }
}
