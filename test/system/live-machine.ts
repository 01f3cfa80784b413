import { setTimeout as delay } from 'node:timers/promises';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import { installBusPolicy, type LiveExporter, type LiveExporterOptions, startExporter } from './live-exporter.ts';
import { type LiveProbe, probeLog, startProbe } from './live-probe.ts';
import { bootMachine, type Machine, type Suite } from './machine.ts';

const checkout = new URL('../..', import.meta.url).pathname;

/** A machine that ends with the scope that holds it. */
export interface OwnMachine extends AsyncDisposable {
  readonly machine: Machine;
}

export interface LiveMachine extends OwnMachine {
  readonly exporter: LiveExporter;
}

export interface OwnMachineOptions {
  /** See `MachineOptions`. */
  readonly binds?: readonly string[];
  /** The bus lets root alone watch it. */
  readonly withoutBusPolicy?: boolean;
}

/** The bus policy is there unless told; nothing of ours runs. */
export async function bootOwnMachine(
  suite: Suite,
  { binds = [], withoutBusPolicy = false }: OwnMachineOptions = {},
): Promise<OwnMachine> {
  const machine = await bootMachine({ suite, checkout, binds });
  const own = { machine, [Symbol.asyncDispose]: () => machine.stop() };
  return preparing(own, async () => {
    if (!withoutBusPolicy) await installBusPolicy(machine);
    return own;
  });
}

export async function bootWithExporter(
  suite: Suite,
  options: LiveExporterOptions & OwnMachineOptions = {},
): Promise<LiveMachine> {
  const own = await bootOwnMachine(suite, options);
  return preparing(own, async () => ({ ...own, exporter: await startExporter(own.machine, options) }));
}

/** With the bus, the journal and the probe. */
export interface WatchedMachine extends LiveMachine {
  readonly probe: LiveProbe;
}

export async function bootWithProbe(suite: Suite, options: OwnMachineOptions = {}): Promise<WatchedMachine> {
  await using parts = new AsyncDisposableStack();
  let probe: LiveProbe | undefined;
  // Last of all: what the kernel has of a probe cannot go while it runs.
  parts.defer(() => probe?.cleanUp());
  const { machine } = parts.use(await bootOwnMachine(suite, options));
  probe = await startProbe(machine);
  const exporter = await startExporter(machine, { flags: [`--source.stap.log=${probeLog}`] });
  const whole = parts.move();
  return { machine, probe, exporter, [Symbol.asyncDispose]: () => whole.disposeAsync() };
}

async function preparing<T>(own: OwnMachine, prepare: () => Promise<T>): Promise<T> {
  try {
    return await prepare();
  } catch (error) {
    await own.machine.stop();
    throw error;
  }
}

/** Over the bus. Who asks lives for a second: not for tests of the race with him. */
export function stopOverBus(unit: string): string {
  return `/opt/stop-bed/fire-and-forget ${unit} 1000`;
}

const patienceMs = 15_000;

/** The stops of these units, once there is one of each; what there is after 15 seconds. */
export async function incidentsOf(exporter: LiveExporter, units: readonly string[]): Promise<readonly IncidentDocument[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const incidents = (await exporter.incidents()).filter(({ unit }) => units.includes(unit));
    const isComplete = units.every((unit) => incidents.some((one) => one.unit === unit));
    if (isComplete || performance.now() > deadline) return incidents;
    await delay(100);
  }
}
