import { writeFileSync } from 'node:fs';
import { freePort } from '../../support/free-port.ts';
import { nodeExporter, programOf } from './other-exporters.ts';
import { programWords } from './program.ts';
import { scratch } from './scratch.ts';
import { type StartedProcess, startProcess } from './started-process.ts';

let states = 0;

export interface OursOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Probe logs to follow; an empty one unless told, since this machine need not have a bus. */
  readonly log?: string;
  readonly flags?: readonly string[];
  /** Of an earlier run; an empty one unless told. */
  readonly storage?: string;
}

/** The exporter with a state directory of its own. */
export async function startOurs(options: OursOptions = {}): Promise<StartedProcess> {
  states++;
  const { environment = {}, log = emptyLog(), flags = [], storage = scratch(`state-${states}`) } = options;
  const port = await freePort();
  const words = [...(await programWords()), 'serve', '--source.dbus=off', '--source.journal=off'] as const;
  const own = [`--source.stap.log=${log}`, `--storage.path=${storage}`];
  return startProcess([...words, ...own, `--web.listen-address=127.0.0.1:${port}`, ...flags], { port, environment });
}

/** Debian's node_exporter as its package starts it; undefined where it is not installed. */
export async function startNodeExporter(): Promise<StartedProcess | undefined> {
  const program = programOf(nodeExporter);
  if (program === undefined) return undefined;
  const port = await freePort();
  return startProcess([program, `--web.listen-address=127.0.0.1:${port}`], { port });
}

function emptyLog(): string {
  const path = scratch('empty.log');
  writeFileSync(path, '');
  return path;
}
