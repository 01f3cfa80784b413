import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { pathOf } from './installed.ts';
import type { Labels } from './prometheus.ts';
import { RunningProcess } from './running-process.ts';

/** What would be one notification. */
export interface AlertGroup {
  /** What its alerts have in common. */
  readonly labels: Labels;
  readonly receiver: { readonly name: string };
  readonly alerts: readonly { readonly labels: Labels; readonly status: { readonly inhibitedBy: readonly string[] } }[];
}

/** A real Alertmanager. */
export interface Alertmanager extends AsyncDisposable {
  /** Host and port, for prometheus.yml. */
  readonly target: string;
  groups(): Promise<readonly AlertGroup[]>;
}

export async function startAlertmanager(configFile: string): Promise<Alertmanager> {
  const directory = mkdtempSync(join(tmpdir(), 'alertmanager-'));
  const target = `127.0.0.1:${await freePort()}`;
  const flags = {
    'config.file': configFile,
    'storage.path': directory,
    'web.listen-address': target,
    // Alone: it would look for others on every address.
    'cluster.listen-address': '',
  };
  const parameters = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const process = new RunningProcess(pathOf('prometheus-alertmanager'), parameters);
  return {
    target,
    async groups() {
      const response = await fetch(`http://${target}/api/v2/alerts/groups`).catch(() => undefined);
      return response?.ok === true ? ((await response.json()) as readonly AlertGroup[]) : [];
    },
    async [Symbol.asyncDispose]() {
      await process[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
