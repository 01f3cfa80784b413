import type { RequestHandler } from 'express';
import type { IncidentLog } from '../incident-log/incident-log.ts';
import type { ClassifiedIncident } from '../model/incident.ts';
import type { PlannedSpan } from '../trace/planned-span.ts';
import type { IncidentAccess } from './incident-access.ts';

export interface HttpAppOptions {
  readonly version: string;
  /** Where the metrics are, `/metrics` by default. */
  readonly telemetryPath: string;
  readonly renderMetrics: RenderMetrics;
  /** The configured sources, as they are at this moment. */
  readonly sources: () => readonly SourceStatus[];
  /** False: incidents are not shown over HTTP, only counted. */
  readonly incidents: IncidentPages | false;
  /** Who may see them; without it, who asks on this host. */
  readonly incidentAccess?: IncidentAccess;
  /** What every request has to pass first. */
  readonly guard?: RequestHandler;
  /** Address of Jaeger's web interface; without it there is no link. */
  readonly jaegerUrl?: string;
  /** Told of what went wrong on our side; whoever asked sees only that something did. */
  readonly onError: (error: unknown) => void;
}

/** Who asks, as well as HTTP can tell: a new series shows 0 to each scraper first. */
export interface Asker {
  /** Address and User-Agent. */
  readonly name: string;
  /** Tells two of one name apart while both keep their connections open. */
  readonly connection: string;
  /** Says that it scrapes at an interval, as Prometheus does. */
  readonly isServer: boolean;
}

/** Renders the metrics as the `Accept` header asks. */
type RenderMetrics = (accept: string, scraper: Asker) => RenderedMetrics | Promise<RenderedMetrics>;

interface RenderedMetrics {
  readonly contentType: string;
  /** In short texts, which are written as they are asked for. */
  readonly body: Iterable<Buffer>;
}

export interface SourceStatus {
  readonly name: string;
  readonly up: boolean;
  /** Why it is down, or what it reads. */
  readonly detail?: string;
}

/** What the incident pages read. */
export interface IncidentPages {
  readonly log: Pick<IncidentLog, 'find' | 'list' | 'stopCounts'>;
  readonly planSpans: (classified: ClassifiedIncident) => readonly PlannedSpan[];
  /** The trace as OTLP JSON, for download. */
  readonly otlpJson: (classified: ClassifiedIncident) => string;
}
