import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { alternate } from '../alternate.ts';
import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { growthExponent, median } from '../statistics.ts';
import { programWords } from '../support/program.ts';
import { writeRepeated } from '../support/recording-writer.ts';
import { scratch } from '../support/scratch.ts';
import { timeCommand } from '../support/timed-command.ts';

const recordings = fileURLToPath(new URL('../../scenarios/systemd-262-stap/', import.meta.url));
const splitOnly = fileURLToPath(new URL('../support/split-only.ts', import.meta.url));
const mebibyte = 2 ** 20;

const logs = [
  ['stap log', '--stap', 'stap.log'],
  ['dbus-monitor log', '--dbus-monitor', 'dbus-monitor.log'],
  ['busctl JSON log', '--busctl-monitor', 'busctl-monitor.jsonl'],
] as const;

export const replayRow: Row = {
  name: 'replay',
  needsBed: false,
  about: 'analyze over long logs (full: 1 GiB each), beside programs that only split the same file into lines',
  async measure(scale: Scale): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    for (const log of logs) findings.push(...(await measureLog(log, scale)));
    return findings;
  },
};

async function measureLog([name, flag, file]: (typeof logs)[number], scale: Scale): Promise<readonly Finding[]> {
  const largest = scale === 'full' ? 1024 : 8;
  const sizes = [largest / 100, largest / 10, largest];
  const costs: Cost[] = [];
  for (const mebibytes of sizes) {
    const path = scratch(file);
    const bytes = await writeRepeated(`${recordings}${file}`, path, mebibytes * mebibyte);
    costs.push(await measureFile({ path, flag, megabytes: bytes / 1e6, rounds: mebibytes > 100 ? 1 : 2 }));
    rmSync(path);
  }
  const last = costs.at(-1) ?? { speeds: {}, peaksMb: [], seconds: 0 };
  const factor = median(last.speeds['split by hand'] ?? []) / median(last.speeds['ours'] ?? []);
  return [
    reaching(
      finding(`${name} of ${largest} MiB`, 'MB/s', last.speeds),
      `within 3× of splitting lines (${factor.toFixed(1)}×)`,
      factor <= 3,
    ),
    finding(
      `${name}: peak memory by size`,
      'MB',
      Object.fromEntries(costs.map(({ peaksMb }, place) => [`${sizes[place]} MiB`, peaksMb])),
    ),
    finding(`${name}: growth`, 'exponent', {
      ours: growthExponent(costs.map(({ seconds }, place) => [sizes[place] ?? 0, seconds])),
    }),
  ];
}

interface Cost {
  readonly speeds: Readonly<Record<string, readonly number[]>>;
  readonly peaksMb: readonly number[];
  readonly seconds: number;
}

interface Measured {
  readonly path: string;
  readonly flag: string;
  readonly megabytes: number;
  readonly rounds: number;
}

async function measureFile({ path, flag, megabytes, rounds }: Measured): Promise<Cost> {
  const peaksMb: number[] = [];
  const program = await programWords();
  const speed = (words: readonly [string, ...string[]], peaks: number[]) => async (): Promise<number> => {
    const { seconds, peakMb, status } = await timeCommand(words);
    if (status !== 0) throw new Error(`"${words.join(' ')}" ended with ${status}`);
    peaks.push(peakMb);
    return megabytes / seconds;
  };
  const speeds = await alternate(
    {
      ours: speed([...program, 'analyze', flag, path], peaksMb),
      'split by hand': speed([process.execPath, splitOnly, 'by-hand', path], []),
      'node:readline': speed([process.execPath, splitOnly, 'readline', path], []),
    },
    rounds,
  );
  return { speeds, peaksMb, seconds: megabytes / median(speeds['ours'] ?? []) };
}
