import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

const remote = '/lib/systemd/systemd-journal-remote';

/** Why tests of a real journal cannot run here; in CI they have to. */
export const journalIsMissing = process.env['CI'] === undefined && !(existsSync(remote) && existsSync('/usr/bin/journalctl'));

const ownBoot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().replaceAll('-', '');
export const olderBoot = 'b'.repeat(32);
/** Of entry 0; entry n is n seconds later. */
export const t0 = 1_795_434_000_000_000;

/** An entry as PID 1 writes it, number `n` of a row. */
export interface WrittenEntry {
  readonly n: number;
  readonly boot?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** A directory with a real journal file, which grows while it is open. */
export class JournalWriter {
  readonly directory = mkdtempSync(join(tmpdir(), 'journal-'));
  #remote: ChildProcess | undefined;

  /** Writes entries and waits until they can be read. */
  async write(...entries: readonly WrittenEntry[]): Promise<void> {
    const expected = this.#count() + entries.length;
    this.#open().stdin?.write(entries.map(exportFormat).join(''));
    const deadline = Date.now() + 10_000;
    while (this.#count() < expected) {
      await turn();
      if (Date.now() > deadline) throw new Error('systemd-journal-remote does not write');
    }
  }

  async close(): Promise<void> {
    if (this.#remote !== undefined) {
      const closed = once(this.#remote, 'close');
      this.#remote.stdin?.end();
      await closed;
    }
    rmSync(this.directory, { recursive: true });
  }

  /** The cursor of entry `n`. */
  cursorOf(n: number): string {
    const match = [`--directory=${this.directory}`, '--quiet', '--output=json', `N=${n}`];
    const entry: unknown = JSON.parse(execFileSync('journalctl', match, { encoding: 'utf8' }));
    return (entry as { readonly __CURSOR: string }).__CURSOR;
  }

  #open(): ChildProcess {
    this.#remote ??= spawn(remote, [`--output=${join(this.directory, 'system.journal')}`, '-'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    return this.#remote;
  }

  #count(): number {
    if (!existsSync(join(this.directory, 'system.journal'))) return 0;
    const listed = execFileSync('journalctl', [`--directory=${this.directory}`, '--quiet', '--output=cat', '--output-fields=N'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return listed.split('\n').length - 1;
  }
}

/** systemd's Journal Export Format. */
function exportFormat({ n, boot = ownBoot, fields }: WrittenEntry): string {
  const usec = t0 + n * 1_000_000;
  const entry = {
    __REALTIME_TIMESTAMP: String(usec),
    __MONOTONIC_TIMESTAMP: String(n * 1_000_000),
    _BOOT_ID: boot,
    _PID: '1',
    N: String(n),
    UNIT: `n${n}.service`,
    MESSAGE_ID: '9d1aaa27d60140bd96365438aad20286',
    MESSAGE: `Stopped ${n}.`,
    ...fields,
  };
  return `${Object.entries(entry)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')}\n`;
}
