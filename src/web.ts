import type { Exporter } from './exporter.ts';
import { createHttpApp } from './http/create-http-app.ts';
import { createBcryptThread } from './http/guard/bcrypt-thread.ts';
import { createPasswordCheck } from './http/guard/password-check.ts';
import { webGuard } from './http/guard/web-guard.ts';
import type { SourceStatus } from './http/http-app-options.ts';
import type { IncidentAccess } from './http/incident-access.ts';
import { type Listening, listen } from './http/listen.ts';
import type { ListenPlace } from './http/listen-place.ts';
import { describeError, type Logger } from './logger.ts';
import { otlpJson } from './trace/otlp-json.ts';
import { planSpans } from './trace/plan-spans.ts';
import { traceResource } from './trace/trace-resource.ts';
import type { WebConfigFile } from './web-config/web-config-file.ts';

export interface WebOptions {
  readonly exporter: Exporter;
  readonly version: string;
  readonly telemetryPath: string;
  readonly listen: readonly ListenPlace[];
  readonly incidentAccess: IncidentAccess;
  readonly webConfigFile?: string | undefined;
  readonly sources: () => readonly SourceStatus[];
  readonly logger: Logger;
}

export interface Web {
  readonly addresses: readonly string[];
  close(): Promise<void>;
}

/** Serves metrics and pages. Rejects where one of the addresses cannot be had; then none is left open. */
export async function serveWeb(options: WebOptions): Promise<Web> {
  const { exporter, version, logger, webConfigFile } = options;
  const onError = (error: unknown): void => logger.error('A request failed', { error: describeError(error) });
  const bcrypt = createBcryptThread();
  const configFile = webConfigFile === undefined ? undefined : await watchWebConfig(webConfigFile, logger);
  const app = createHttpApp({
    version,
    telemetryPath: options.telemetryPath,
    renderMetrics: (accept, scraper) => exporter.prometheus.render({ accept, scraper }),
    sources: options.sources,
    incidents: options.incidentAccess !== 'off' && {
      log: exporter.log,
      planSpans,
      otlpJson: (classified) => otlpJson(classified, traceResource(classified.incident.host, version)),
    },
    incidentAccess: options.incidentAccess,
    ...(configFile !== undefined && { guard: webGuard(configFile.current, createPasswordCheck(bcrypt)) }),
    onError,
  });
  const open: Listening[] = [];
  const close = async (): Promise<void> => {
    await Promise.all([...open.map((listening) => listening.close()), bcrypt.close()]);
  };
  try {
    for (const place of options.listen) open.push(await listen(app, place, { onError, tls: () => configFile?.current().tls }));
  } catch (error) {
    await close();
    throw error;
  }
  return { addresses: open.flatMap(({ addresses }) => addresses), close };
}

/** YAML and TLS are loaded only where they are configured. */
async function watchWebConfig(path: string, logger: Logger): Promise<WebConfigFile> {
  const { openWebConfigFile } = await import('./web-config/web-config-file.ts');
  return openWebConfigFile({
    path,
    onReread: () => logger.info('The web configuration was read again', { path }),
    onMistakes: (mistakes) => {
      const data = { path, mistakes: mistakes.join('; ') };
      logger.error('The web configuration has mistakes: what it said before stays in force', data);
    },
  });
}
