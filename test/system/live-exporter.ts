import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import type { Machine } from './machine.ts';

const deploy = new URL('../../deploy/', import.meta.url);

export interface LiveExporterOptions {
  /** Of its unit, so that several can run beside each other; `systemd-stop-exporter` unless told. */
  readonly name?: string;
  /** 19558 unless told. */
  readonly port?: number;
  /** `--source.…` and such. */
  readonly flags?: readonly string[];
  /** The unit's own unless told. */
  readonly user?: string;
  /** Lines of [Service]. */
  readonly settings?: readonly string[];
}

/** The exporter inside a machine, as a service with the unit file that we ship. */
export interface LiveExporter {
  readonly unit: string;
  /** All it has in its log, oldest first. */
  incidents(): Promise<readonly IncidentDocument[]>;
  /** Sums the samples of a metric, of all its label sets. */
  total(metric: string): Promise<number>;
  get(path: string, accept?: string): Promise<Answer>;
  /** Resolves once `/-/ready` says so. */
  ready(): Promise<void>;
  /** What it wrote to the journal. */
  log(): Promise<string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

const command = '/usr/local/bin/node /opt/exporter/src/main.ts';

/** Lets the exporter watch the bus, as our documentation says. */
export async function installBusPolicy(machine: Machine): Promise<void> {
  const policy = await readFile(new URL('dbus/systemd-stop-exporter.conf', deploy), 'utf8');
  await writeFile(`${machine.rootDirectory}/etc/dbus-1/system.d/systemd-stop-exporter.conf`, policy);
  await machine.exec('systemctl reload dbus.service');
}

/** Installs the unit file with a drop-in for what is different here, starts it and waits until it is ready. */
export async function startExporter(machine: Machine, options: LiveExporterOptions = {}): Promise<LiveExporter> {
  const exporter = await installExporter(machine, options);
  await machine.exec(`systemctl start ${exporter.unit}`);
  await exporter.ready();
  return exporter;
}

export async function installExporter(machine: Machine, options: LiveExporterOptions = {}): Promise<LiveExporter> {
  const { name = 'systemd-stop-exporter', port = 19558, flags = [], user, settings = [] } = options;
  const unit = `${name}.service`;
  const directory = `${machine.rootDirectory}/etc/systemd/system`;
  await writeFile(`${directory}/${unit}`, await readFile(new URL('systemd/systemd-stop-exporter.service', deploy), 'utf8'));
  await mkdir(`${directory}/${unit}.d`, { recursive: true });
  const lines = [
    '[Service]',
    'StateDirectory=',
    `StateDirectory=${name}`,
    'ExecStart=',
    `ExecStart=${command} serve --web.listen-address=127.0.0.1:${port} --storage.path=\${STATE_DIRECTORY} ${flags.join(' ')}`,
    ...(user === undefined ? [] : [`User=${user}`]),
    ...settings,
  ];
  await writeFile(`${directory}/${unit}.d/bed.conf`, `${lines.join('\n')}\n`);
  await machine.exec('systemctl daemon-reload');
  return exporterAt(machine, unit, port);
}

/** One that runs already. */
export function exporterAt(machine: Machine, unit: string, port: number): LiveExporter {
  async function get(path: string, accept = 'application/json'): Promise<Answer> {
    const { stdout } = await machine.exec(`/opt/stop-bed/get ${port} '${path}' '${accept}'`);
    const end = stdout.indexOf('\r\n\r\n');
    const headers = stdout.slice(0, end);
    return { status: Number(/^HTTP\S+ (\d+)/.exec(headers)?.[1]), headers, body: stdout.slice(end + 4) };
  }

  async function incidents(): Promise<readonly IncidentDocument[]> {
    const all: IncidentDocument[] = [];
    for (let path: string | undefined = '/incidents/all.json?limit=500'; path !== undefined; ) {
      const { headers, body } = await get(path);
      // Our own answer, and its schema is tested elsewhere.
      all.push(...(JSON.parse(body) as { incidents: IncidentDocument[] }).incidents);
      path = /^link: <([^>]+)>; rel="next"/im.exec(headers)?.[1];
    }
    return all.toSorted((a, b) => a.occurred_at.localeCompare(b.occurred_at));
  }

  async function total(metric: string): Promise<number> {
    const { body } = await get('/metrics', 'text/plain');
    const samples = body.matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)`, 'gm'));
    return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
  }

  async function ready(): Promise<void> {
    const deadline = performance.now() + 30_000;
    for (;;) {
      const answer = await get('/-/ready').catch(String);
      if (typeof answer === 'object' && answer.status === 200) return;
      if (performance.now() > deadline)
        throw new Error(`${unit} is not ready: ${typeof answer === 'string' ? answer : answer.body}\n${await log()}`);
      await delay(50);
    }
  }

  async function log(): Promise<string> {
    return (await machine.exec(`journalctl --no-pager --output=cat --unit=${unit}`)).stdout;
  }

  return { unit, incidents, total, get, ready, log };
}
