import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A process as its files show it; what is absent is a file that is not there. */
export interface FakeProcess {
  readonly name?: string;
  readonly parentPid?: number;
  readonly startTicks?: number;
  readonly state?: string;
  readonly terminal?: number;
  readonly argumentsAt?: number;
  readonly cmdline?: string;
  readonly cgroup?: string;
  readonly status?: string;
  readonly loginuid?: string;
  readonly sessionid?: string;
  readonly environ?: string;
}

/** A directory that looks like /proc: the recorded form of hosts that are not here. */
export class FakeProc {
  readonly directory = mkdtempSync(join(tmpdir(), 'proc-'));

  constructor() {
    writeFileSync(join(this.directory, 'stat'), 'cpu 1\nbtime 1600000000\n');
    mkdirSync(join(this.directory, 'self'));
    writeFileSync(join(this.directory, 'self/stat'), '');
  }

  /** Puts a process there, in place of another one of that pid. */
  write(pid: number, process: FakeProcess): void {
    this.remove(pid);
    const { name = 'x', parentPid = 1, startTicks = 100, state = 'S', terminal = 0, argumentsAt = 5000, ...files } = process;
    const fields = [
      state,
      parentPid,
      pid,
      pid,
      terminal,
      ...Array<number>(14).fill(0),
      startTicks,
      ...Array<number>(25).fill(0),
      argumentsAt,
    ];
    mkdirSync(join(this.directory, String(pid)));
    for (const [file, text] of Object.entries({ stat: `${pid} (${name}) ${fields.join(' ')}\n`, ...files })) {
      writeFileSync(join(this.directory, String(pid), file), text);
    }
  }

  remove(pid: number): void {
    rmSync(join(this.directory, String(pid)), { recursive: true, force: true });
  }

  close(): void {
    rmSync(this.directory, { recursive: true });
  }
}

export function statusOf(pid: number, uid: number): string {
  return `Name:\tx\nTgid:\t${pid}\nPid:\t${pid}\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\n`;
}
