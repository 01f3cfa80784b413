import { readFile, truncate } from 'node:fs/promises';
import { incidentsOf, type LiveMachine } from '../live-machine.ts';
import { parseActor } from './perform.ts';

export interface Race {
  readonly calls: number;
  /** Processes that want all the CPU they can get. */
  readonly burners: number;
}

export interface RaceResult {
  readonly right: number;
  readonly unknown: number;
  readonly wrong: number;
}

const call =
  'witness busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager StopUnit ss';
const unitOf = (number: number): string => `templated@${number}.service`;

/** One caller after the other, each gone as soon as it has its reply, and how many of them were known. */
export async function callOverBus({ machine, exporter }: LiveMachine, race: Race): Promise<RaceResult> {
  const truthFile = `${machine.rootDirectory}/run/stop-bed/truth`;
  const numbers = Array.from({ length: race.calls }, (_, index) => index + 1);
  await machine.exec(`systemctl start ${numbers.map(unitOf).join(' ')}`);
  if (race.burners > 0) await machine.exec(`systemctl start burner@{1..${race.burners}}.service`);
  try {
    await truncate(truthFile);
    const calls = numbers.map((number) => `${call} ${unitOf(number)} replace; sleep 0.05`);
    await machine.operate(`PATH=/opt/stop-bed:$PATH; ${calls.join('; ')}`);
  } finally {
    await machine.exec("systemctl stop 'burner@*.service'");
  }
  const callers = (await readFile(truthFile, 'utf8')).split('\n').filter(Boolean).map(parseActor);
  const incidents = await incidentsOf(exporter, numbers.map(unitOf));
  const marks = numbers.map((number, index) => {
    const sender = incidents.find(({ unit }) => unit === unitOf(number))?.sender;
    return sender === null || sender === undefined ? 'unknown' : sender.pid === callers[index]?.pid ? 'right' : 'wrong';
  });
  const count = (mark: string): number => marks.filter((one) => one === mark).length;
  return { right: count('right'), unknown: count('unknown'), wrong: count('wrong') };
}
