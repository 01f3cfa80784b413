import { mkdir, writeFile } from 'node:fs/promises';
import { pathOf } from '../../e2e/support/installed.ts';
import type { Machine } from '../../system/machine.ts';

/** What people would install instead. */
export interface OtherExporter {
  readonly name: string;
  /** On the PATH, where it is installed. */
  readonly command: string;
  readonly port: number;
  /** So that it tells of systemd's units and of nothing else. */
  readonly flags: string;
}

export const nodeExporter: OtherExporter = {
  name: 'node_exporter',
  command: 'prometheus-node-exporter',
  port: 9100,
  flags: '--collector.disable-defaults --collector.systemd',
};

/** As it comes: over the system bus, all units but devices. */
const systemdExporter: OtherExporter = { name: 'systemd_exporter', command: 'systemd_exporter', port: 9558, flags: '' };

/** Those that `.ci/install` has brought. */
export const otherExporters = [nodeExporter, systemdExporter].filter((other) => programOf(other) !== undefined);

/** Its path; undefined where it is not installed. */
export function programOf({ command }: OtherExporter): string | undefined {
  const path = pathOf(command);
  return path === command ? undefined : path;
}

/** For a machine to have it. */
export function bindOf(other: OtherExporter): string {
  return `${programOf(other)}:/opt/${other.name}:ro`;
}

export async function startOther(machine: Machine, { name, port, flags }: OtherExporter): Promise<void> {
  const directory = `${machine.rootDirectory}/etc/systemd/system`;
  await mkdir(directory, { recursive: true });
  await writeFile(
    `${directory}/${name}.service`,
    `[Service]\nExecStart=/opt/${name} ${flags} --web.listen-address=127.0.0.1:${port}\n`,
  );
  await machine.exec(`systemctl daemon-reload; systemctl start ${name}.service`);
}
