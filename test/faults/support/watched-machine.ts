import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { foldUnitName } from '../../../src/sinks/prometheus/fold-unit-name.ts';
import { parseExposition } from '../../sinks/prometheus/parse-exposition.ts';
import { installBusPolicy, type LiveExporter, startExporter } from '../../system/live-exporter.ts';
import { bootMachine, type Machine, type Suite } from '../../system/machine.ts';
import { type Outcome, sum, type Times, timesOf } from './tally.ts';

const checkout = new URL('../../..', import.meta.url).pathname;
const collectorPort = 4318;
const patienceMs = 240_000;

/** A live systemd with services of ours, the exporter as we ship it, and a collector. */
export class WatchedMachine implements AsyncDisposable {
  readonly machine: Machine;
  readonly exporter: LiveExporter;
  /** Stops of our services: unit → how many. */
  readonly done = new Map<string, number>();
  readonly #stored = new Map<string, string>();

  private constructor(machine: Machine, exporter: LiveExporter) {
    this.machine = machine;
    this.exporter = exporter;
  }

  static async boot(suite: Suite): Promise<WatchedMachine> {
    const machine = await bootMachine({ suite, checkout });
    try {
      await installBusPolicy(machine);
      const settings = [`Environment=OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:${collectorPort}`];
      const watched = new WatchedMachine(machine, await startExporter(machine, { settings }));
      await watched.#collect();
      return watched;
    } catch (error) {
      await machine.stop();
      throw error;
    }
  }

  async #collect(): Promise<void> {
    const command = `/usr/local/bin/node /opt/exporter/test/faults/support/collector-process.ts ${collectorPort}`;
    const { stdout } = this.machine.spawn(command);
    const lines = createInterface(stdout);
    const listening = new Promise((resolve) => lines.once('line', resolve));
    lines.on('line', (line) => {
      const [traceId = '', unit] = line.split(' ');
      if (unit?.startsWith('fault-') === true) this.#stored.set(traceId, unit);
    });
    await listening;
  }

  /** Services that run until they are stopped. What was done before is forgotten. */
  async startUnits(group: string, count: number): Promise<readonly string[]> {
    this.done.clear();
    const units = Array.from({ length: count }, (_, index) => `fault-${group}@${index + 1}.service`);
    const file = `/run/systemd/system/fault-${group}@.service`;
    await this.machine.exec(`printf '[Service]\\nExecStart=/bin/sleep infinity\\n' >${file}; systemctl daemon-reload`);
    for (let from = 0; from < count; from += 500)
      await this.machine.exec(`systemctl start ${units.slice(from, from + 500).join(' ')}`, { timeoutMs: patienceMs });
    return units;
  }

  /** All at once. */
  async stop(...units: readonly string[]): Promise<void> {
    this.willStop(units);
    await this.machine.exec(`systemctl stop ${units.join(' ')}`, { timeoutMs: patienceMs });
  }

  willStop(units: readonly string[]): void {
    for (const unit of units) this.done.set(unit, (this.done.get(unit) ?? 0) + 1);
  }

  async outcome(): Promise<Outcome> {
    const total = sum(this.done.values());
    const deadline = performance.now() + patienceMs;
    const isIn = async () => sum((await this.#served()).values()) >= total && this.#storedNow().size >= total;
    while (performance.now() < deadline && !(await isIn().catch(() => false))) await delay(500);
    await this.#counted();
    return { counted: await this.#counted(), served: await this.#served(), stored: this.#storedNow() };
  }

  #storedNow(): ReadonlyMap<string, string> {
    return new Map([...this.#stored].filter(([, unit]) => this.done.has(unit)));
  }

  async #served(): Promise<Times> {
    const incidents = await this.exporter.incidents();
    return timesOf(incidents.map(({ unit }) => unit).filter((unit) => this.done.has(unit)));
  }

  async #counted(): Promise<Times> {
    const { samples } = parseExposition((await this.exporter.get('/metrics', 'text/plain')).body, false);
    const names = new Set([...this.done.keys()].map((unit) => foldUnitName(unit)));
    const own = samples.filter(({ name, labels }) => name === 'systemd_unit_stops_total' && names.has(labels['name'] ?? ''));
    const counted = new Map<string, number>();
    for (const { labels, value } of own) counted.set(labels['name'] ?? '', (counted.get(labels['name'] ?? '') ?? 0) + value);
    return counted;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.machine.stop();
  }
}
