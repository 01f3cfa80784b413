import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { installBusPolicy, installExporter, type LiveExporter } from '../../system/live-exporter.ts';
import { type LiveProbe, probeLog, startProbe } from '../../system/live-probe.ts';
import { bootMachine, type Machine } from '../../system/machine.ts';
import { removeAbandonedProbes } from './abandoned-probes.ts';
import { bindOf, otherExporters, startOther } from './other-exporters.ts';
import { type Usage, usageOf } from './process-usage.ts';
import { bundledProgram, packagedScript } from './program.ts';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const script = '/usr/local/bin/systemd-stop-exporter';

export type Actor = 'ours' | 'PID 1' | 'dbus-daemon' | 'the probe';

/** A machine of the system bed with many small services, our exporter as its package runs it, and others beside it. */
export interface Bed extends AsyncDisposable {
  readonly machine: Machine;
  readonly ours: LiveExporter;
  /** Those of the services, `service-0001.service` and so on. */
  readonly units: readonly string[];
  /** Of `ours`, and of others by name. */
  readonly ports: Readonly<Record<string, number>> & { readonly ours: number };
  usage(of: Actor): Promise<Usage>;
  /** Ends our exporter and the probe. */
  endOurs(): Promise<void>;
  /** Runs a script of test/bench/inside in the machine and reads the JSON that it prints. */
  runInside<T>(script: string, ...words: readonly string[]): Promise<T>;
}

export interface BedOptions {
  readonly services: number;
  /** The tracefs probe too, as a service of its own: all sources. Without it, the bus and the journal. */
  readonly withProbe?: boolean;
}

export async function openBed({ services, withProbe = false }: BedOptions): Promise<Bed> {
  removeAbandonedProbes();
  const program = await bundledProgram();
  const binds = [`${program}:/opt/program:ro`, ...otherExporters.map(bindOf)];
  const machine = await bootMachine({ suite: 'bookworm', checkout, binds });
  try {
    const units = await startServices(machine, services);
    await installBusPolicy(machine);
    const probe = withProbe ? await startProbe(machine) : undefined;
    const ours = await startOurs(machine, probe === undefined ? [] : [`--source.stap.log=${probeLog}`]);
    for (const other of otherExporters) await startOther(machine, other);
    return bedOf(machine, { ours, units, probe });
  } catch (error) {
    await machine.stop();
    throw error;
  }
}

interface Parts {
  readonly ours: LiveExporter;
  readonly units: readonly string[];
  readonly probe: LiveProbe | undefined;
}

function bedOf(machine: Machine, parts: Parts): Bed {
  const pidOf = async (of: Actor): Promise<number> => {
    if (of === 'PID 1') return 1;
    const unit = { ours: parts.ours.unit, 'dbus-daemon': 'dbus.service', 'the probe': parts.probe?.unit ?? 'none.service' }[of];
    return Number((await machine.exec(`systemctl show --value --property=MainPID ${unit}`)).stdout);
  };
  return {
    machine,
    ours: parts.ours,
    units: parts.units,
    ports: { ours: 19558, ...Object.fromEntries(otherExporters.map(({ name, port }) => [name, port])) },
    usage: async (of) => usageOf(await pidOf(of), machine.rootDirectory),
    runInside: async <T>(script: string, ...words: readonly string[]) => {
      const command = `/usr/local/bin/node /opt/exporter/test/bench/inside/${script} ${words.join(' ')}`;
      const { stdout } = await machine.exec(command, { timeoutMs: 900_000 });
      return JSON.parse(stdout) as T;
    },
    endOurs: async () => void (await machine.exec(`systemctl stop ${parts.ours.unit} ${parts.probe?.unit ?? ''}`)),
    [Symbol.asyncDispose]: async () => {
      await machine.stop();
      parts.probe?.cleanUp();
    },
  };
}

/** Thousands of units on a busy machine take their time to be asked about. */
async function startOurs(machine: Machine, flags: readonly string[]): Promise<LiveExporter> {
  const ours = await installExporter(machine, { flags, settings: await packagedCommand(machine, flags) });
  await machine.exec(`systemctl start ${ours.unit}`);
  const ready = (): Promise<void> => ours.ready();
  await ready().catch(ready).catch(ready).catch(ready);
  return ours;
}

/** By the script of the package. */
async function packagedCommand(machine: Machine, flags: readonly string[]): Promise<readonly string[]> {
  await writeFile(`${machine.rootDirectory}${script}`, packagedScript('/usr/local/bin/node', '/opt/program/main.js'));
  const own = `--web.listen-address=127.0.0.1:19558 --storage.path=\${STATE_DIRECTORY} ${flags.join(' ')}`;
  return ['ExecStart=', `ExecStart=/bin/sh ${script} serve ${own}`];
}

export async function startServices(machine: Machine, count: number): Promise<readonly string[]> {
  const directory = `${machine.rootDirectory}/etc/systemd/system`;
  const units = Array.from({ length: count }, (_, index) => `service-${String(index + 1).padStart(4, '0')}.service`);
  for (const unit of units) await writeFile(`${directory}/${unit}`, '[Service]\nExecStart=/bin/sleep infinity\n');
  await machine.exec('systemctl daemon-reload');
  for (let from = 0; from < count; from += 200)
    await machine.exec(`systemctl start ${units.slice(from, from + 200).join(' ')}`, { timeoutMs: 120_000 });
  return units;
}
