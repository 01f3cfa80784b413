/** What a fleet asks of Prometheus and of a Collector: arithmetic on a few constants, each measured by simulate.ts. */
export interface ScaleConstants {
  /** Series of an exporter that has seen no stop: every cause with its histogram, sources, its process. */
  readonly baseSeries: number;
  /** A name, cause and sender never seen together before: a counter, its _created, a gauge where the cause is new for the name. */
  readonly seriesPerCombination: number;
  /** Of the base: nodejs_* and process_*, which the agent of deploy/remote-write does not send on. */
  readonly seriesOfNode: number;
  /** By remote write 1.0: snappy, HTTP and all. */
  readonly bytesPerSampleSent: number;
  readonly spansPerStop: number;
  /** OTLP as JSON, as the exporter sends it. */
  readonly bytesPerStop: number;
  /** OTLP as gzipped protobuf in batches, as the Collector hands it on. */
  readonly batchedBytesPerStop: number;
}

/** As `npm run scale` printed them on 27 November 2026. */
const measuredConstants: ScaleConstants = {
  baseSeries: 419,
  seriesPerCombination: 3,
  seriesOfNode: 16,
  bytesPerSampleSent: 19.3,
  spansPerStop: 10.9,
  bytesPerStop: 11_536,
  batchedBytesPerStop: 578,
};

export interface Fleet {
  readonly hosts: number;
  readonly stopsPerHostAndDay: number;
  /** Of names, causes and senders, seen on a host while its exporter keeps counting them. */
  readonly combinationsPerHost: number;
  readonly scrapeIntervalSeconds: number;
}

export interface Load {
  readonly seriesPerHost: number;
  readonly series: number;
  readonly samplesPerSecond: number;
  /** By the agents of the sites, by remote write. */
  readonly samplesPerSecondSent: number;
  readonly bytesPerSecondSent: number;
  readonly stopsPerSecond: number;
  readonly spansPerSecond: number;
  readonly traceBytesPerDay: number;
  readonly batchedTraceBytesPerDay: number;
}

export function loadOf(fleet: Fleet, constants: ScaleConstants = measuredConstants): Load {
  const { baseSeries, seriesPerCombination, spansPerStop } = constants;
  const seriesPerHost = baseSeries + fleet.combinationsPerHost * seriesPerCombination;
  const samplesPerSecondSent = (fleet.hosts * (seriesPerHost - constants.seriesOfNode)) / fleet.scrapeIntervalSeconds;
  const stopsPerDay = fleet.hosts * fleet.stopsPerHostAndDay;
  const stopsPerSecond = stopsPerDay / 86_400;
  return {
    seriesPerHost,
    series: fleet.hosts * seriesPerHost,
    samplesPerSecond: (fleet.hosts * seriesPerHost) / fleet.scrapeIntervalSeconds,
    samplesPerSecondSent,
    bytesPerSecondSent: samplesPerSecondSent * constants.bytesPerSampleSent,
    stopsPerSecond,
    spansPerSecond: stopsPerSecond * spansPerStop,
    traceBytesPerDay: stopsPerDay * constants.bytesPerStop,
    batchedTraceBytesPerDay: stopsPerDay * constants.batchedBytesPerStop,
  };
}

/** Quiet: a host that is patched once a week. Usual: a few deployments a day. Busy: whatever keeps restarting. */
export const fleets = {
  quiet: { hosts: 10_000, stopsPerHostAndDay: 5, combinationsPerHost: 12, scrapeIntervalSeconds: 30 },
  usual: { hosts: 10_000, stopsPerHostAndDay: 20, combinationsPerHost: 40, scrapeIntervalSeconds: 30 },
  busy: { hosts: 10_000, stopsPerHostAndDay: 500, combinationsPerHost: 200, scrapeIntervalSeconds: 30 },
} as const satisfies Record<string, Fleet>;
