import type { ServeConfig } from '../config/config-types.ts';
import { type Exporter, openExporter } from '../exporter.ts';
import { createLiveClock } from '../live-clock.ts';
import { createLogger, type Logger } from '../logger.ts';
import type { SourceName } from '../model/evidence.ts';
import { ownHost } from '../own-host.ts';
import { createPipeline } from '../pipeline.ts';
import { createSafePoint, type SafePoint } from '../safe-point.ts';
import { createPstreeSpoolSource } from '../sources/pstree/pstree-spool-source.ts';
import type { Observation, Source } from '../sources/source.ts';
import { createStapLogSource } from '../sources/stap/stap-log-source.ts';
import { superviseSource } from '../sources/supervised-source.ts';
import { serveWeb } from '../web.ts';
import type { Environment } from './environment.ts';
import { createSourceBoard, type SourceBoard } from './source-board.ts';

/** Watches this host until the signal aborts. Rejects where it cannot start. */
export async function serve(config: ServeConfig, environment: Environment, signal: AbortSignal): Promise<void> {
  const logger = createLogger(config.log);
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
  try {
    await run(config, { exporter, logger, version: environment.version }, signal);
  } finally {
    await exporter.close();
  }
}

function configuredSources(config: ServeConfig): readonly SourceName[] {
  return [
    ...(config.stapLogs.length > 0 ? ['stap' as const] : []),
    ...(config.pstreeDirectory === undefined ? [] : ['pstree' as const]),
  ];
}

interface Parts {
  readonly exporter: Exporter;
  readonly logger: Logger;
  readonly version: string;
}

async function run(config: ServeConfig, { exporter, logger, version }: Parts, signal: AbortSignal): Promise<void> {
  const pipeline = createPipeline({
    correlator: { host: ownHost, settleMs: config.settleMs, readAtUsec: Date.now() * 1000 },
    isWanted: (unit) => config.unitInclude.test(unit) && config.unitExclude?.test(unit) !== true,
    telemetry: exporter.telemetry,
    deliver: exporter.deliver,
  });
  const safePoint = createSafePoint(pipeline.isBusy);
  const clock = createLiveClock({
    everyMs: Math.max(20, config.settleMs / 3),
    isBusy: pipeline.isBusy,
    tick: (nowMs) => {
      pipeline.tick(nowMs);
      safePoint.check();
    },
  });
  const emit = (observation: Observation): void => {
    pipeline.observe(observation, clock.nowMs());
    clock.wake();
  };
  const board = createSourceBoard(exporter.telemetry);
  const sources = createSources(config, { exporter, logger, safePoint, board });
  const web = await serveWeb({
    exporter,
    version,
    telemetryPath: config.telemetryPath,
    listen: config.listen,
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
    await web.close();
  }
}

interface SourceParts {
  readonly exporter: Exporter;
  readonly logger: Logger;
  readonly safePoint: SafePoint;
  readonly board: SourceBoard;
}

function createSources(config: ServeConfig, { exporter, logger, safePoint, board }: SourceParts): readonly Source[] {
  const nowUsec = (): number => Date.now() * 1000;
  const logs = config.stapLogs.map((path) => {
    const key = `stap:${path}`;
    const onUp = board.add('stap', path);
    const savePosition = (position: string): void => safePoint.whenSafe(key, () => exporter.log.setPosition(key, position));
    return superviseSource(
      createStapLogSource({ path, position: exporter.log.position(key), savePosition, nowUsec, log: logger, onUp }),
      { log: logger, onUp },
    );
  });
  const directory = config.pstreeDirectory;
  if (directory === undefined) return logs;
  const whenSafe = (commit: () => Promise<void>): void =>
    safePoint.whenSafe(`pstree:${nowUsec()}:${Math.random()}`, () => void commit());
  const onUp = board.add('pstree', directory);
  const spool = createPstreeSpoolSource({ directory, keep: config.keepPstreeDumps, whenSafe, log: logger, onUp });
  return [...logs, superviseSource(spool, { log: logger, onUp })];
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
