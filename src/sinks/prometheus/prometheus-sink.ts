import type { DurationCount, StopCount, StopLabels } from '../../incident-log/incident-log.ts';
import { countedAtUsec, stopDurationSeconds } from '../../incident-log/stop-duration.ts';
import type { ClassifiedIncident } from '../../model/incident.ts';
import type { RealtimeUsec } from '../../model/time.ts';
import type { Sink } from '../sink.ts';
import { createBoundedLabels, type LabelLimits } from './bounded-labels.ts';
import type { UnitFolding } from './fold-unit-name.ts';
import { createKeptText } from './kept-text.ts';
import { negotiateFormat } from './negotiate-format.ts';
import { type MetricSource, registryFamilies } from './registry-families.ts';
import { formats, renderExposition } from './render-exposition.ts';
import { createScrapeViews, type Scraper } from './scrape-views.ts';
import { createStopCounts, type StopCounts } from './stop-counts.ts';
import { stopFamilies } from './stop-families.ts';
import { stopLabels } from './stop-labels.ts';
import type { ViewStore } from './view-store.ts';

export interface PrometheusSinkOptions {
  readonly now: () => RealtimeUsec;
  /** What the exporter counts about itself, and its process. */
  readonly sources?: readonly MetricSource[];
  /** Keeps over a restart which series were already shown at 0. Without it a restart shows young ones at 0 again. */
  readonly views?: ViewStore;
  readonly limits?: LabelLimits;
  readonly folding?: UnitFolding;
  /** How long a series shows 0 to a scraper never met before. */
  readonly holdMs?: number;
  /** Told when `views` could not be saved; the scrape itself went well. */
  readonly onError?: (error: unknown) => void;
}

interface Scrape {
  /** The `Accept` header. */
  readonly accept: string | undefined;
  readonly scraper: Scraper;
}

interface Exposition {
  readonly contentType: string;
  /** The body, written as it is read: what it says is already decided. */
  readonly body: Iterable<Buffer>;
}

export interface PrometheusSink extends Sink {
  /** To be called once, before the first stop. */
  restore(counts: readonly StopCount[], durations: readonly DurationCount[]): void;
  /**
   * The labels under which a stop is counted, here and in the incident log. Reserves a place for labels
   * never seen before: the answer stays the same.
   */
  labelsOf(classified: ClassifiedIncident): StopLabels;
  render(scrape: Scrape): Promise<Exposition>;
}

const defaultHoldMs = 120_000;

/** The stops as Prometheus reads them: a projection of the incident log in memory. */
export function createPrometheusSink(options: PrometheusSinkOptions): PrometheusSink {
  const { now, sources = [], holdMs = defaultHoldMs } = options;
  const startedAtUsec = now();
  const counts = createStopCounts(startedAtUsec);
  const keptText = createKeptText();
  const bounded = createBoundedLabels(options.limits);
  const views = createScrapeViews(options.views?.load(), startedAtUsec);
  const labelsOf = (classified: ClassifiedIncident) => bounded.bound(stopLabels(classified, options.folding));
  const save = () => saveViews(views.takeUnsaved(), options);
  return {
    name: 'prometheus',
    labelsOf,
    restore(stops, durations) {
      // Where limits were lowered the names that stopped last keep theirs; births keep their order.
      for (const { labels } of stops.toSorted((a, b) => b.lastStopAtUsec - a.lastStopAtUsec)) bounded.bound(labels);
      for (const stop of stops) counts.add({ ...stop, labels: bounded.bound(stop.labels) });
      counts.restoreDurations(durations);
    },
    record: (classified) => recordStop(counts, classified, labelsOf(classified), now()),
    async render({ accept, scraper }) {
      const metrics = (await Promise.all(sources.map((source) => source.getMetricsAsJSON()))).flat();
      // Nothing else runs until all values are copied: one scrape shows one moment.
      const settled = () => settledCount(counts, now() - holdMs * 1000);
      const atValue = views.open(scraper, { born: counts.series.length, settled }, now());
      const own = registryFamilies(metrics, startedAtUsec / 1_000_000);
      const format = negotiateFormat(accept);
      const body = renderExposition([...stopFamilies(counts, atValue), ...own], format, keptText);
      // Saved before the next request can be read, and not while this one waits.
      setImmediate(save);
      return { contentType: formats[format].contentType, body };
    },
    async shutdown() {
      save();
    },
  };
}

function recordStop(counts: StopCounts, { incident, verdict }: ClassifiedIncident, labels: StopLabels, now: RealtimeUsec): void {
  const lastStopAtUsec = countedAtUsec(incident, now);
  counts.add({ labels, count: 1, createdAtUsec: now, lastStopAtUsec, lastTraceId: incident.traceId });
  const seconds = stopDurationSeconds(incident);
  if (seconds !== undefined) counts.addDuration(verdict.cause, seconds);
}

/** How many series are older than the hold time; the young ones are the last. */
function settledCount({ series }: StopCounts, cutoff: RealtimeUsec): number {
  return series.findLastIndex(({ createdAtUsec }) => createdAtUsec <= cutoff) + 1;
}

function saveViews(text: string | undefined, { views, onError }: PrometheusSinkOptions): void {
  if (text === undefined) return;
  try {
    views?.save(text);
  } catch (error) {
    onError?.(error);
  }
}
