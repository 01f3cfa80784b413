import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileErrorReason } from '../files/file-error.ts';
import { LineSplitter, type SplitLine } from '../files/split-lines.ts';

export interface JournalctlRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly onLines: (lines: readonly SplitLine[]) => void;
  /** Gets the first ten lines of its standard error. */
  readonly onComplaint?: ((complaint: string) => void) | undefined;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;
type End = { readonly code: number | null; readonly signal: string | null } | { readonly cannotRun: Error };

const maxComplaints = 10;
const killAfterMs = 2000;

/**
 * Runs journalctl until it has printed all, or the signal aborts; rejects where it fails. In any case it is gone
 * when this ends.
 */
export async function runJournalctl({ command, args, onLines, onComplaint }: JournalctlRun, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const child: Child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = endOf(child);
  const complaints = readComplaints(child.stderr, onComplaint);
  const stop = (): void => stopChild(child);
  signal.addEventListener('abort', stop);
  const reading = await settled(readLines(child.stdout, onLines));
  if (reading.status === 'rejected') stop();
  const end = await ended;
  signal.removeEventListener('abort', stop);
  if (signal.aborted) return;
  if (reading.status === 'rejected' && !('cannotRun' in end)) throw reading.reason;
  requireSuccess(command, end, complaints[0]);
}

async function readLines(output: Readable, onLines: JournalctlRun['onLines']): Promise<void> {
  const splitter = new LineSplitter();
  for await (const chunk of output) onLines(splitter.push(chunk));
}

function readComplaints(output: Readable, onComplaint: JournalctlRun['onComplaint']): readonly string[] {
  const complaints: string[] = [];
  const splitter = new LineSplitter();
  const add = (lines: readonly SplitLine[]): void => {
    for (const { text } of lines) {
      const complaint = plainText(text);
      if (complaint === '' || complaints.length === maxComplaints) continue;
      complaints.push(complaint);
      onComplaint?.(complaint);
    }
  };
  output.on('data', (chunk: Buffer) => add(splitter.push(chunk)));
  output.on('end', () => add(splitter.end()));
  return complaints;
}

/** Without the colours that systemd 247 gives its errors, terminal or not. */
function plainText(text: string): string {
  return text
    .replace(/\u001b\[[0-9;]*m/g, '')
    .trim()
    .slice(0, 300);
}

function endOf(child: Child): Promise<End> {
  const { promise, resolve } = Promise.withResolvers<End>();
  child.on('error', (cannotRun) => resolve({ cannotRun }));
  child.on('close', (code, signal) => resolve({ code, signal }));
  return promise;
}

function stopChild(child: Child): void {
  const isGone = (): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  child.stdout.destroy();
  child.stderr.destroy();
  if (isGone()) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  child.once('close', () => clearTimeout(timer));
}

function requireSuccess(command: string, end: End, complaint: string | undefined): void {
  const act = 'Cannot read the journal';
  if ('cannotRun' in end) {
    throw new Error(`${act}: cannot run ${JSON.stringify(command)}: ${fileErrorReason(end.cannotRun)}`, { cause: end.cannotRun });
  }
  if (end.code === 0) return;
  const how = end.signal === null ? `ended with ${end.code}` : `was killed by ${end.signal}`;
  throw new Error(`${act}: ${JSON.stringify(command)} ${how}${complaint === undefined ? '' : `: ${complaint}`}`);
}

async function settled(promise: Promise<void>): Promise<PromiseSettledResult<void>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}
