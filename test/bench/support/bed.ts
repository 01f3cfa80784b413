import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { installBusPolicy, installExporter, type LiveExporter } from '../../system/live-exporter.ts';
import { bootMachine, type Machine } from '../../system/machine.ts';
import { type Usage, usageOf } from './process-usage.ts';
import { bundledProgram, packagedScript } from './program.ts';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const nodeExporter = '/usr/bin/prometheus-node-exporter';
const script = '/usr/local/bin/systemd-stop-exporter';

/** A machine of the system bed with many small services, our exporter as its package runs it, and node_exporter beside it. */
export interface Bed extends AsyncDisposable {
  readonly machine: Machine;
  readonly ours: LiveExporter;
  /** Those of the services, `service-0001.service` and so on. */
  readonly units: readonly string[];
  readonly ports: { readonly ours: number; readonly nodeExporter?: number };
  usage(of: 'ours' | 'PID 1' | 'dbus-daemon'): Promise<Usage>;
  /** Runs a script of test/bench/inside in the machine and reads the JSON that it prints. */
  runInside<T>(script: string, ...words: readonly string[]): Promise<T>;
}

export interface BedOptions {
  readonly services: number;
  readonly flags?: readonly string[];
}

export async function openBed({ services, flags = [] }: BedOptions): Promise<Bed> {
  const program = await bundledProgram();
  const other = existsSync(nodeExporter) ? [`${nodeExporter}:/opt/node_exporter:ro`] : [];
  const machine = await bootMachine({ suite: 'bookworm', checkout, binds: [`${program}:/opt/program:ro`, ...other] });
  try {
    const units = await startServices(machine, services);
    await installBusPolicy(machine);
    const ours = await startOurs(machine, flags);
    if (other.length > 0) await startNodeExporter(machine);
    return bedOf(machine, { ours, units, hasNodeExporter: other.length > 0 });
  } catch (error) {
    await machine.stop();
    throw error;
  }
}

function bedOf(machine: Machine, parts: { ours: LiveExporter; units: readonly string[]; hasNodeExporter: boolean }): Bed {
  const pidOf = async (of: 'ours' | 'PID 1' | 'dbus-daemon'): Promise<number> => {
    if (of === 'PID 1') return 1;
    const unit = of === 'ours' ? parts.ours.unit : 'dbus.service';
    return Number((await machine.exec(`systemctl show --value --property=MainPID ${unit}`)).stdout);
  };
  return {
    machine,
    ours: parts.ours,
    units: parts.units,
    ports: { ours: 19558, ...(parts.hasNodeExporter && { nodeExporter: 9100 }) },
    usage: async (of) => usageOf(await pidOf(of), machine.rootDirectory),
    runInside: async <T>(script: string, ...words: readonly string[]) => {
      const command = `/usr/local/bin/node /opt/exporter/test/bench/inside/${script} ${words.join(' ')}`;
      const { stdout } = await machine.exec(command, { timeoutMs: 900_000 });
      return JSON.parse(stdout) as T;
    },
    [Symbol.asyncDispose]: () => machine.stop(),
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

async function startServices(machine: Machine, count: number): Promise<readonly string[]> {
  const directory = `${machine.rootDirectory}/etc/systemd/system`;
  const units = Array.from({ length: count }, (_, index) => `service-${String(index + 1).padStart(4, '0')}.service`);
  for (const unit of units) await writeFile(`${directory}/${unit}`, '[Service]\nExecStart=/bin/sleep infinity\n');
  await machine.exec('systemctl daemon-reload');
  for (let from = 0; from < count; from += 200)
    await machine.exec(`systemctl start ${units.slice(from, from + 200).join(' ')}`, { timeoutMs: 120_000 });
  return units;
}

async function startNodeExporter(machine: Machine): Promise<void> {
  const directory = `${machine.rootDirectory}/etc/systemd/system`;
  await mkdir(directory, { recursive: true });
  // Only what is compared: the other collectors read things that we do not.
  const flags = '--collector.disable-defaults --collector.systemd --web.listen-address=127.0.0.1:9100';
  await writeFile(`${directory}/node-exporter.service`, `[Service]\nExecStart=/opt/node_exporter ${flags}\n`);
  await machine.exec('systemctl daemon-reload; systemctl start node-exporter.service');
}
