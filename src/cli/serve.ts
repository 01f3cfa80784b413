import type { ServeConfig } from '../config/config-types.ts';
import type { Witness } from '../correlate/sighting.ts';
import { type Exporter, openExporter } from '../exporter.ts';
import { socketsOfSystemd } from '../http/socket-activation.ts';
import { createLiveClock } from '../live-clock.ts';
import { createLogger, describeError, type Logger } from '../logger.ts';
import { setRedaction } from '../model/redact.ts';
import { isSelfCheck } from '../model/unit.ts';
import { ownHost } from '../own-host.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import { createSafePoint, type SafePoint } from '../safe-point.ts';
import { createShutdownMemory, type ShutdownMemory } from '../shutdown-memory.ts';
import type { Observation } from '../sources/source.ts';
import { serveWeb } from '../web.ts';
import type { Environment } from './environment.ts';
import { configuredSources, createLiveSources } from './live-sources.ts';
import { createSourceBoard } from './source-board.ts';

/** Watches this host until the signal aborts. Rejects where it cannot start. */
export async function serve(config: ServeConfig, environment: Environment, signal: AbortSignal): Promise<void> {
  const logger = createLogger(config.log);
  setRedaction(config.redaction);
  if (config.redaction.mode === 'off')
    logger.warn('Passwords and tokens on command lines are stored, sent and shown as they are: --redact=off');
  const exporter = openExporter({
    ...config,
    version: environment.version,
    host: ownHost(),
    sources: configuredSources(config),
    logger,
    writeStop: (line) => logger.info(line),
    environment: environment.variables,
  });
  if (config.storagePath === undefined)
    logger.warn('Incidents are kept in memory and lost with this process: set --storage.path');
  if (config.incidentAccess === 'public')
    logger.warn('Whoever reaches this server sees who runs what as whom: --web.incidents=public');
  try {
    await run(config, { exporter, logger, ...environment }, signal);
  } finally {
    await exporter.close();
  }
}

/** Fine enough that settling takes hardly longer than it must; it ticks only while a stop settles. */
const tickMs = 50;

/** Those that tell when a stop is over. Where dumps of pstree are read too there is nobody to tell whether one is yet to come. */
function witnessesOf(config: ServeConfig): readonly Witness[] {
  if (config.pstreeDirectory !== undefined) return [];
  return [
    ...(config.dbus ? ['bus' as const] : []),
    ...(config.journal ? ['journal' as const] : []),
    ...(config.stapLogs.length > 0 ? ['probe' as const] : []),
  ];
}

interface Parts {
  readonly exporter: Exporter;
  readonly logger: Logger;
  readonly version: string;
  readonly variables: Environment['variables'];
}

async function run(config: ServeConfig, { exporter, logger, version, variables }: Parts, signal: AbortSignal): Promise<void> {
  const pipeline = createPipeline({
    correlator: { host: ownHost, settleMs: config.settleMs, readAtUsec: Date.now() * 1000, watching: witnessesOf(config) },
    isWanted: (unit) => config.unitInclude.test(unit) && config.unitExclude?.test(unit) !== true && !isSelfCheck(unit),
    telemetry: exporter.telemetry,
    watchingSinceUsec: Date.now() * 1000,
    deliver(incidents) {
      exporter.deliver(incidents);
      rememberFromHere();
    },
  });
  for (const stop of exporter.log.countedStops()) pipeline.remember(stop);
  const safePoint = createSafePoint({
    nowMs: () => performance.now(),
    neededSinceMs: () => (exporter.isBehind() ? Number.NEGATIVE_INFINITY : pipeline.neededSinceMs(performance.now())),
    onError: (error) => logger.error('A position cannot be saved; it is tried again', { error: describeError(error) }),
  });
  const rememberFromHere = (): void => {
    const mark = exporter.log.mark();
    safePoint.whenSafe('counted', () => exporter.log.forgetBefore(mark));
  };
  const shutdownMemory = rememberShutdowns(pipeline, { exporter, logger, safePoint });
  const clock = createLiveClock({
    everyMs: tickMs,
    isBusy: () => pipeline.isBusy() || safePoint.isWaiting(),
    tick: (nowMs) => {
      pipeline.tick(nowMs);
      safePoint.check();
    },
  });
  const emit = (observation: Observation): void => {
    pipeline.observe(observation, clock.nowMs());
    shutdownMemory.notice(observation);
    clock.wake();
  };
  const board = createSourceBoard(exporter.telemetry);
  const sources = createLiveSources(config, { exporter, logger, safePoint, board, variables });
  const web = await serveWeb({
    exporter,
    version,
    telemetryPath: config.telemetryPath,
    listen: config.isSocketActivated ? socketsOfSystemd(variables, process.pid) : config.listen,
    incidentAccess: config.incidentAccess,
    webConfigFile: config.webConfigFile,
    sources: board.all,
    logger,
  });
  logger.info('Serving', { addresses: web.addresses.join(' '), sources: sources.map(({ name }) => name).join(' ') });
  const running = sources.map((source) => source.run(emit, signal));
  try {
    await exporter.startTraces();
    await aborted(signal);
    await Promise.all(running);
  } finally {
    clock.stop();
    pipeline.finish(false);
    safePoint.check();
    shutdownMemory.close();
    await web.close();
  }
}

/** What an earlier run kept goes before all that the sources tell. */
function rememberShutdowns(
  pipeline: Pipeline,
  { exporter, logger, safePoint }: Pick<Parts, 'exporter' | 'logger'> & { readonly safePoint: SafePoint },
): ShutdownMemory {
  const memory = createShutdownMemory({ ...exporter, logger, requests: pipeline.shutdownRequests });
  for (const request of memory.recall()) pipeline.recall(request, performance.now());
  safePoint.whenSafe('shutdown-requests', memory.forget);
  return memory;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
