import { setTimeout as delay } from 'node:timers/promises';
import { describeError, type Logger } from '../logger.ts';
import { formatAnnouncement } from '../sources/stap/announcement.ts';
import { formatLost, formatRecord } from '../sources/stap/format-record.ts';
import type { Seen } from './observe.ts';
import { hostOf } from './pid-one-world.ts';
import { ProbeSession } from './probe-session.ts';
import type { ProbeStatus } from './probe-status.ts';
import { type OutputTarget, openOutput, type RecordOutput } from './record-output.ts';
import { createInstances, namesOf, removeInstances } from './tracefs/instance.ts';
import { Overruns } from './tracefs/overruns.ts';
import { TracePipe } from './tracefs/trace-pipe.ts';
import { Tracefs } from './tracefs/tracefs.ts';

export interface ProbeOptions {
  readonly output: OutputTarget;
  /** A larger file is renamed, and a new one begun. */
  readonly maxOutputBytes?: number;
  readonly tracefs?: string;
  /** PID 1 as we see it: another pid where it is a container's. */
  readonly rootPid?: number;
  /** Where processes are shown by the pids that the kernel's events have. */
  readonly procfs?: string;
  /** Where packages with debug information put it: symbols of what is not exported are looked for there. */
  readonly debugDirectory?: string;
  /** Name of our trace among those of others: only one probe can have it. */
  readonly instance?: string;
  /** Of the kernel's buffer for each processor. */
  readonly bufferKilobytes?: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Called when the probe is attached, and again when PID 1 has become another program. */
  readonly onStatus?: (status: ProbeStatus) => void;
}

export const probeDefaults = {
  tracefs: '/sys/kernel/tracing',
  rootPid: 1,
  procfs: '/proc',
  debugDirectory: '/usr/lib/debug',
  instance: 'systemd-stop-exporter',
  bufferKilobytes: 1024,
} as const;

/**
 * Prints what the kernel and PID 1 do to services as records of stap/RECORD.md, until the signal aborts. Needs root.
 * Leaves nothing in the kernel, and removes what an earlier one that was killed has left. Rejects where it cannot go on.
 */
export async function runProbe(options: ProbeOptions): Promise<void> {
  const output = openOutput(options.output, options.maxOutputBytes);
  const printer = new Printer(output, options);
  try {
    await withSession(options, printer, async (session) => {
      options.onStatus?.(session.status);
      await Promise.race([untilAborted(options.signal), output.broken]);
    });
  } finally {
    await output.close();
  }
}

export type CheckOptions = Omit<ProbeOptions, 'output' | 'maxOutputBytes' | 'signal' | 'onStatus'>;

/** Attaches, looks, detaches: what a probe would see here. Beside a probe that is running too. */
export async function checkProbe(options: CheckOptions): Promise<ProbeStatus> {
  const { instance = probeDefaults.instance } = options;
  let status: ProbeStatus | undefined;
  const nowhere = { print: () => undefined, keepBooks: () => undefined };
  await withSession({ ...options, instance: `${instance}-check` }, nowhere, async (session) => {
    status = session.status;
  });
  if (status === undefined) throw new Error('The probe has not attached');
  return status;
}

/** Removes what a probe that was killed has left in the kernel. @throws where something stays */
export function cleanUpProbe(options: Pick<ProbeOptions, 'tracefs' | 'instance'> = {}): void {
  const tracefs = new Tracefs(options.tracefs ?? probeDefaults.tracefs);
  const failures = removeInstances(tracefs, namesOf(options.instance ?? probeDefaults.instance));
  if (failures.length > 0) throw new AggregateError(failures, `Cannot clean up: ${failures.map(describeError).join('; ')}`);
}

type SeenPrinter = Pick<Printer, 'print' | 'keepBooks'>;

async function withSession(
  options: CheckOptions,
  printer: SeenPrinter,
  use: (session: ProbeSession) => Promise<void>,
): Promise<void> {
  const tracefs = new Tracefs(options.tracefs ?? probeDefaults.tracefs);
  const names = namesOf(options.instance ?? probeDefaults.instance);
  removeInstances(tracefs, names);
  createInstances(tracefs, names, { bufferKilobytes: options.bufferKilobytes ?? probeDefaults.bufferKilobytes });
  try {
    const { rootPid, procfs, debugDirectory, log } = { ...probeDefaults, ...options };
    const onSeen = (seen: Seen): void => printer.print(seen);
    const overruns = new Overruns(tracefs, [names.instance, names.lives]);
    const onLost = (): void => overruns.suspect();
    const session = new ProbeSession({ tracefs, names, rootPid, procfs, debugDirectory, log, onSeen, onLost });
    const pipe = new TracePipe(tracefs, names.instance, () => session.pauseMs);
    const actors = new TracePipe(tracefs, names.actors);
    const noticing = actors.forEachLine((line) => session.actorLine(line));
    const reading = Promise.all([noticing, pipe.forEachLine((line) => session.line(line))]);
    const life = session.start().then(() => use(session));
    const ended = new AbortController();
    const keeping = everySecond(ended.signal, () => {
      session.emptyLives();
      printer.keepBooks(overruns);
    });
    await Promise.race([life, reading, keeping]).finally(async () => {
      ended.abort();
      pipe.stop();
      actors.stop();
      await reading;
      session.close();
    });
  } finally {
    const failures = removeInstances(tracefs, names);
    if (failures.length > 0) options.log.error('Cannot clean up', { problems: failures.map(describeError).join('; ') });
  }
}

/** Numbers the records, and announces them. */
class Printer {
  readonly #output: RecordOutput;
  readonly #announcement: string;
  #sequence = 0;

  constructor(output: RecordOutput, { rootPid = probeDefaults.rootPid, procfs = probeDefaults.procfs }: ProbeOptions) {
    this.#output = output;
    this.#announcement = formatAnnouncement('tracefs', hostOf({ rootPid, procfs }));
    output.write(this.#announcement);
  }

  print(seen: Seen): void {
    this.#sequence++;
    this.#output.write(formatRecord(seen, this.#sequence));
  }

  /** Now and then: what was lost, and whether the file was moved away. */
  keepBooks(overruns: Overruns): void {
    if (this.#output.reopen()) this.#output.write(this.#announcement);
    const lost = overruns.count() + this.#output.dropped();
    if (lost === 0) return;
    this.#sequence++;
    this.#output.write(formatLost(lost, Date.now() * 1000, this.#sequence));
  }
}

/** All that has to be done now and then, in one wakeup. */
async function everySecond(signal: AbortSignal, act: () => void): Promise<void> {
  for (;;) {
    await delay(1_000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    act();
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
