import { spawn } from 'node:child_process';
import { once as onceEmitted } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { alternate, type Contenders } from '../alternate.ts';
import { type Finding, finding, reaching, type Scale } from '../finding.ts';
import { growthExponent, median } from '../statistics.ts';
import { programWords } from './program.ts';
import { writeRepeated } from './recording-writer.ts';
import { scratch } from './scratch.ts';
import { timeCommand } from './timed-command.ts';

const splitOnly = fileURLToPath(new URL('split-only.ts', import.meta.url));
const mebibyte = 2 ** 20;

/** A recording that is told again and again. */
export interface Log {
  readonly name: string;
  readonly flag: '--stap' | '--dbus-monitor' | '--busctl-monitor';
  readonly recording: string;
}

/** `SSE_LOGS=stap,busctl` measures some of them: a gigabyte takes minutes. */
export function chosenLogs(logs: readonly Log[]): readonly Log[] {
  const wanted = process.env['SSE_LOGS']?.split(',');
  return logs.filter(({ flag }) => wanted?.some((name) => flag.includes(name)) ?? true);
}

/** `analyze` over the log at three sizes, in turns with programs that only split it into lines. */
export async function measureLog(log: Log, scale: Scale): Promise<readonly Finding[]> {
  const largest = scale === 'full' ? 1024 : 64;
  const sizes = [largest / 16, largest / 4, largest];
  const costs: Cost[] = [];
  for (const mebibytes of sizes) costs.push(await measureSize(log, mebibytes));
  const last = costs.at(-1) ?? { speeds: {}, peaksMb: [], seconds: 0, stopsPerMegabyte: 0 };
  const stopsPerMegabyte = costs.findLast((cost) => cost.stopsPerMegabyte !== undefined)?.stopsPerMegabyte ?? 0;
  const factor = median(last.speeds['split by hand'] ?? []) / median(last.speeds['ours'] ?? []);
  return [
    reaching(
      finding(`${log.name} of ${largest} MiB`, 'MB/s', last.speeds),
      `within 3× of splitting lines (${factor.toFixed(1)}×)`,
      factor <= 3,
    ),
    finding(`${log.name}: stops`, 'stops/s', { ours: stopsPerMegabyte * median(last.speeds['ours'] ?? []) }),
    finding(
      `${log.name}: peak memory by size`,
      'MB',
      Object.fromEntries(costs.map(({ peaksMb }, place) => [`${sizes[place]} MiB`, peaksMb])),
    ),
    finding(`${log.name}: growth`, 'exponent', {
      ours: growthExponent(costs.map(({ seconds }, place) => [sizes[place] ?? 0, seconds])),
    }),
  ];
}

interface Cost {
  readonly speeds: Readonly<Record<string, readonly number[]>>;
  readonly peaksMb: readonly number[];
  readonly seconds: number;
  /** Counted apart from what is timed. */
  readonly stopsPerMegabyte: number | undefined;
}

async function measureSize({ flag, recording }: Log, mebibytes: number): Promise<Cost> {
  const path = scratch('long.log');
  const bytes = await writeRepeated(recording, path, mebibytes * mebibyte);
  const analyze = [...(await programWords()), 'analyze', flag, path] as const;
  const peaksMb: number[] = [];
  const speed = (words: readonly [string, ...string[]], peaks: number[]) => async (): Promise<number> => {
    const { seconds, peakMb, status } = await timeCommand(words);
    if (status !== 0) throw new Error(`"${words.join(' ')}" ended with ${status}`);
    peaks.push(peakMb);
    return bytes / 1e6 / seconds;
  };
  const contenders = {
    ours: speed(analyze, peaksMb),
    'split by hand': speed([process.execPath, splitOnly, 'by-hand', path], []),
    'node:readline': speed([process.execPath, splitOnly, 'readline', path], []),
  };
  const speeds = mebibytes > 100 ? await once(contenders) : await alternate(contenders, 2);
  // Of a long log they are many, and as many in each of its tellings.
  const stopsPerMegabyte = mebibytes > 100 ? undefined : (await countStops(analyze)) / (bytes / 1e6);
  rmSync(path);
  return { speeds, peaksMb, stopsPerMegabyte, seconds: bytes / 1e6 / median(speeds['ours'] ?? []) };
}

/** What takes minutes needs no warming up. */
async function once(contenders: Contenders): Promise<Readonly<Record<string, readonly number[]>>> {
  const samples: Record<string, readonly number[]> = {};
  for (const [name, measure] of Object.entries(contenders)) samples[name] = [await measure()];
  return samples;
}

async function countStops([command, ...words]: readonly [string, ...string[]]): Promise<number> {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = onceEmitted(child, 'exit');
  let stops = 0;
  for await (const line of createInterface({ input: child.stdout })) if (/^\S+ stopped: /.test(line)) stops++;
  await ended;
  return stops;
}
