import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { DemoConfig } from '../config/config-types.ts';
import { type Exporter, openExporter } from '../exporter.ts';
import { createLogger, type Logger } from '../logger.ts';
import type { ClassifiedIncident } from '../model/incident.ts';
import { ownHost } from '../own-host.ts';
import { packageRoot } from '../package-root.ts';
import { createPipeline } from '../pipeline.ts';
import type { Observation } from '../sources/source.ts';
import { serveWeb, type Web } from '../web.ts';
import type { Environment } from './environment.ts';
import { recordedFilesIn } from './recording-directory.ts';
import { createArrivalClock, replay } from './replay.ts';

/** Real stops: an Open vSwitch fleet in 2020, and systemd 262 under systemtap. */
export const demoRecordings = [
  'ovs-vswitchd-2020-manual-stop',
  'ovs-vswitchd-2020-main-killed',
  'ovs-vswitchd-2020-cgroup-empty',
  'systemd-262-stap',
] as const;

/** The one that started the project. */
const theIncident = 'ovs-vswitchd-2020-cgroup-empty';

const demoSettleMs = 300;
const yearMs = 365 * 86_400_000;

/** Replays recorded stops through the real pipeline and serves what becomes of them, until the signal aborts. */
export async function demo(config: DemoConfig, environment: Environment, signal: AbortSignal): Promise<void> {
  const { version, out } = environment;
  const logger = createLogger(config.log);
  const exporter = openExporter({
    version,
    host: ownHost(),
    sources: [],
    retentionMs: 100 * yearMs,
    maxStorageBytes: 64 * 2 ** 20,
    logger,
    writeStop: (line) => out(`${line}\n`),
    environment: environment.variables,
  });
  try {
    await run(config, { exporter, logger, version, out }, signal);
  } finally {
    await exporter.close();
  }
}

interface Parts {
  readonly exporter: Exporter;
  readonly logger: Logger;
  readonly version: string;
  readonly out: (text: string) => void;
}

async function run(config: DemoConfig, { exporter, logger, version, out }: Parts, signal: AbortSignal): Promise<void> {
  const web = await serveWeb({
    exporter,
    version,
    telemetryPath: '/metrics',
    listen: config.listen,
    // What is recorded is public already.
    incidentAccess: 'public',
    sources: () => [],
    logger,
  });
  try {
    const incidents = new Map<string, ClassifiedIncident>();
    for (const recording of demoRecordings) incidents.set(recording, await replayInto(exporter, recording));
    await exporter.startTraces();
    out(addresses(web, incidents.get(theIncident)));
    if (!config.once) await aborted(signal);
  } finally {
    await web.close();
  }
}

/** @returns the last stop of the recording */
async function replayInto(exporter: Exporter, recording: string): Promise<ClassifiedIncident> {
  const { observations, host } = replay(recordedFilesIn(directoryOf(recording)));
  let last: ClassifiedIncident | undefined;
  const pipeline = createPipeline({
    correlator: { host, settleMs: demoSettleMs, readAtUsec: Date.now() * 1000, isRecording: true },
    isWanted: () => true,
    telemetry: exporter.telemetry,
    deliver: (incidents) => {
      last = incidents.at(-1);
      exporter.deliver(incidents);
    },
  });
  const arrival = createArrivalClock();
  for await (const batch of observations)
    for (const observation of batch) pipeline.observe(placed(observation), arrival(observation));
  pipeline.finish(true);
  if (last === undefined) throw new Error(`No stop found in the recording "${recording}"`);
  return last;
}

/** Evidence is shown with its place in the repository, not on this disk. */
function placed(observation: Observation): Observation {
  const { origin } = observation;
  return origin === undefined ? observation : { ...observation, origin: { ...origin, file: relative(packageRoot, origin.file) } };
}

function directoryOf(recording: string): string {
  const directory = join(packageRoot, 'test/scenarios', recording);
  if (!existsSync(directory)) throw new Error(`Cannot find the recording "${recording}": no directory "${directory}"`);
  return directory;
}

function addresses({ addresses: [base] }: Web, incident: ClassifiedIncident | undefined): string {
  const rows = [
    ['the incident that started this', `${base}/incidents/${incident?.incident.traceId ?? ''}`],
    ['every stop', `${base}/incidents`],
    ['what Prometheus scrapes', `${base}/metrics`],
  ] as const;
  return `\n${rows.map(([what, address]) => `  ${what.padEnd(32)}${address}`).join('\n')}\n\nCtrl-C ends it.\n`;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
