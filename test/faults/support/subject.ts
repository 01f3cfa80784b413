import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncidentDocument } from '../../../src/model/incident-document.ts';
import { type ServingExporter, startServe } from '../../e2e/support/exporter.ts';
import { parseExposition } from '../../sinks/prometheus/parse-exposition.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { RecordFeed } from './record-feed.ts';
import { type ScriptedCollector, startCollector } from './scripted-collector.ts';
import { type Outcome, sum, type Times, timesOf } from './tally.ts';

export interface SubjectOptions {
  /** Where its state is; a directory of its own unless told. */
  readonly storage?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
}

const patience = { timeout: 240_000, interval: 200 };

/** A real exporter process with a log of records, a collector and a state that outlives it: what the faults act on. */
export class Subject implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'fault-'));
  readonly feed: RecordFeed;
  readonly storage: string;
  readonly collector: ScriptedCollector;
  readonly #options: SubjectOptions;
  #running: ServingExporter | undefined;

  private constructor(collector: ScriptedCollector, options: SubjectOptions) {
    this.collector = collector;
    this.#options = options;
    this.storage = options.storage ?? join(this.directory, 'state');
    const logs = join(this.directory, 'log');
    mkdirSync(logs);
    this.feed = new RecordFeed(join(logs, 'stap.log'));
  }

  static async start(options: SubjectOptions = {}): Promise<Subject> {
    const subject = new Subject(await startCollector(), options);
    try {
      await subject.start();
    } catch (error) {
      await subject[Symbol.asyncDispose]();
      throw error;
    }
    return subject;
  }

  get process(): ServingExporter['process'] {
    if (this.#running === undefined) throw new Error('The exporter does not run');
    return this.#running.process;
  }

  async start(): Promise<void> {
    const { environment, flags = [] } = this.#options;
    const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: this.collector.endpoint };
    const parameters = ['--source.stap.log', this.feed.path, '--storage.path', this.storage, ...flags];
    this.#running = await startServe(parameters, { ...collector, ...environment });
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    await this.#running?.process.stop(signal);
    this.#running = undefined;
  }

  async restart(signal: NodeJS.Signals): Promise<void> {
    await this.end(signal);
    await this.start();
  }

  async get(path: string): Promise<Response> {
    return await fetch(`${this.#running?.base}${path}`);
  }

  /** The sum of a metric's samples, by a label. */
  async metric(name: string, label: string): Promise<Times> {
    const { samples } = parseExposition(await (await this.get('/metrics')).text(), false);
    const sums = new Map<string, number>();
    for (const sample of samples.filter((one) => one.name === name)) {
      const key = sample.labels[label] ?? '';
      sums.set(key, (sums.get(key) ?? 0) + sample.value);
    }
    return sums;
  }

  /** Resolves once so many stops have been counted; all that were done unless told. What is missing in the end is for the row to tell. */
  async counted(count = sum(this.feed.done.values())): Promise<void> {
    const reached = async () => (await this.#stops()) >= count;
    await waitUntil(reached, patience);
  }

  /** Resolves once the collector has stored so many traces; one for each stop unless told. */
  async traced(count = sum(this.feed.done.values())): Promise<void> {
    await waitUntil(() => this.collector.stored.size >= count, patience);
  }

  /** Stops the units until the log cannot be written: what is freed inside its own files still takes some. */
  async stopUntilFull(...units: readonly string[]): Promise<void> {
    const timesSaid = () => this.process.stderr.split('wait in memory').length - 1;
    const before = timesSaid();
    const isFull = (): boolean => {
      if (timesSaid() > before) return true;
      this.feed.stop(...units);
      return false;
    };
    if (!(await waitUntil(isFull, { ...patience, interval: 500 }))) throw new Error('The log can be written for ever');
  }

  async #stops(): Promise<number> {
    const sums = await this.metric('systemd_stop_exporter_stops_total', 'none').catch(() => undefined);
    return sum(sums?.values() ?? []);
  }

  /** Everything has arrived as far as it will: what there is now. @param stored where another collector than ours was used */
  async outcome(stored?: ReadonlyMap<string, string>): Promise<Outcome> {
    await this.counted();
    const isTraced = this.#options.environment?.['OTEL_SDK_DISABLED'] !== 'true';
    if (stored === undefined && isTraced) await this.traced();
    // The first scrape shows a new series at 0.
    await this.metric('systemd_unit_stops_total', 'name');
    const counted = await this.metric('systemd_unit_stops_total', 'name');
    const served = timesOf((await this.incidents()).map(({ unit }) => unit));
    return { counted, served, stored: isTraced ? (stored ?? this.collector.stored) : undefined };
  }

  async incidents(): Promise<readonly IncidentDocument[]> {
    const all: IncidentDocument[] = [];
    for (let path: string | undefined = '/incidents/all.json?limit=500'; path !== undefined; ) {
      const answer: Response = await this.get(path);
      all.push(...((await answer.json()) as { incidents: IncidentDocument[] }).incidents);
      path = /<([^>]+)>; rel="next"/i.exec(answer.headers.get('Link') ?? '')?.[1];
    }
    return all;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.[Symbol.asyncDispose]();
    await this.collector[Symbol.asyncDispose]();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
