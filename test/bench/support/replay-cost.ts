import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { alternate } from '../alternate.ts';
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
  const last = costs.at(-1) ?? { speeds: {}, peaksMb: [], seconds: 0, stops: 0 };
  const factor = median(last.speeds['split by hand'] ?? []) / median(last.speeds['ours'] ?? []);
  return [
    reaching(
      finding(`${log.name} of ${largest} MiB`, 'MB/s', last.speeds),
      `within 3× of splitting lines (${factor.toFixed(1)}×)`,
      factor <= 3,
    ),
    finding(`${log.name}: stops`, 'stops/s', { ours: last.stops / last.seconds }),
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
  readonly stops: number;
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
  const speeds = await alternate(
    {
      ours: speed(analyze, peaksMb),
      'split by hand': speed([process.execPath, splitOnly, 'by-hand', path], []),
      'node:readline': speed([process.execPath, splitOnly, 'readline', path], []),
    },
    mebibytes > 100 ? 1 : 2,
  );
  // Apart from what is timed.
  const stops = await countStops(analyze);
  rmSync(path);
  return { speeds, peaksMb, stops, seconds: bytes / 1e6 / median(speeds['ours'] ?? []) };
}

async function countStops([command, ...words]: readonly [string, ...string[]]): Promise<number> {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  let stops = 0;
  for await (const line of createInterface({ input: child.stdout })) if (/^\S+ stopped: /.test(line)) stops++;
  await ended;
  return stops;
}
