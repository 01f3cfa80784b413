import { createHttpApp } from '../../src/http/create-http-app.ts';
import type { HttpAppOptions, IncidentPages } from '../../src/http/http-app-options.ts';
import { listen } from '../../src/http/listen.ts';
import type { StopCount } from '../../src/incident-log/incident-log.ts';
import type { ClassifiedIncident } from '../../src/model/incident.ts';
import { otlpJson } from '../../src/trace/otlp-json.ts';
import { planSpans } from '../../src/trace/plan-spans.ts';
import { traceResource } from '../../src/trace/trace-resource.ts';

export interface TestApp extends AsyncDisposable {
  readonly address: string;
  get(path: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<Response>;
  /** What the app reported as its own fault. */
  readonly errors: readonly unknown[];
}

/** The app on a real port. */
export async function startTestApp(replace: Partial<HttpAppOptions> = {}): Promise<TestApp> {
  const errors: unknown[] = [];
  const app = createHttpApp({
    version: '1.2.3',
    telemetryPath: '/metrics',
    renderMetrics: () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: [Buffer.from('up 1\n')] }),
    sources: () => [],
    incidents: incidentPages([]),
    onError: (error) => errors.push(error),
    ...replace,
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  const address = server.addresses[0] ?? '';
  return {
    address,
    errors,
    get: (path, headers = {}, method = 'GET') => fetch(address + path, { method, headers, redirect: 'manual' }),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** Incidents held in memory, newest first, with the spans of the real trace. */
export function incidentPages(incidents: readonly ClassifiedIncident[], counts: readonly StopCount[] = []): IncidentPages {
  return {
    log: {
      find: (traceId) => incidents.find(({ incident }) => incident.traceId === traceId),
      list: ({ unit, cause, sender, before, limit }) => {
        const from = incidents.findIndex(({ incident }) => incident.traceId === before) + 1;
        const matches = incidents
          .slice(from)
          .filter(
            ({ incident, verdict }) =>
              (unit === undefined || incident.unit === unit) &&
              (cause === undefined || verdict.cause === cause) &&
              (sender === undefined || verdict.sender?.name === sender),
          );
        return matches.slice(0, limit);
      },
      stopCounts: () => counts,
    },
    planSpans,
    otlpJson: (classified) => otlpJson(classified, traceResource(classified.incident.host, '1.2.3')),
  };
}

export function traceId(number: number): string {
  return number.toString(16).padStart(32, '0');
}

/** The tags of a page with the names of their attributes: what must not depend on what a unit is called. */
export function skeletonOf(page: string): readonly string[] {
  return [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/="[^"]*"/g, ''));
}
