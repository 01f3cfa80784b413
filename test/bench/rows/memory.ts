import { spawn } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { formatRecord } from '../../../src/sources/stap/format-record.ts';
import { callPath } from '../../support/evidence.ts';
import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { median } from '../statistics.ts';
import { usageOf } from '../support/process-usage.ts';
import { scratch } from '../support/scratch.ts';
import { startNodeExporter, startOurs } from '../support/servers.ts';
import type { StartedProcess } from '../support/started-process.ts';
import { fetchTimed, keptConnection } from '../support/timed-request.ts';

/** One stop every ten seconds: a host that restarts a lot. */
const stopsPerHour = 360;

export const memoryRow: Row = {
  name: 'memory',
  needsBed: false,
  about: 'resident memory at rest, and hour by hour of a simulated day of 360 stops an hour and a scrape a minute',
  async measure(scale: Scale): Promise<readonly Finding[]> {
    const hours = scale === 'full' ? 24 : 6;
    const rest = await measureRest(scale === 'full' ? 5 : 2);
    const day = await measureDay(hours);
    const factor = median(rest['ours'] ?? []) / median(rest['node'] ?? []);
    // The first hour fills buffers and compiles; from then on it must stay.
    const [settled, last] = [day[Math.floor(hours / 3)] ?? 0, day.at(-1) ?? 0];
    return [
      reaching(finding('resident memory at rest', 'MB', rest), `≤ 1.6× bare Node (${factor.toFixed(2)}×)`, factor <= 1.6),
      reaching(
        finding(`… after ${hours} simulated hours`, 'MB', {
          'after the last': last,
          [`after ${Math.floor(hours / 3) + 1}`]: settled,
          'after the first': day[0] ?? 0,
        }),
        `flat (${(last / settled).toFixed(2)}× of a third of the time)`,
        last <= settled * 1.1,
      ),
    ];
  },
};

async function measureRest(rounds: number): Promise<Readonly<Record<string, readonly number[]>>> {
  const rest: Record<string, number[]> = { ours: [], 'ours with OTLP': [], node: [], node_exporter: [] };
  const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
  for (let round = 0; round < rounds; round++) {
    rest['ours']?.push(await residentOf(await startOurs()));
    rest['ours with OTLP']?.push(await residentOf(await startOurs({ environment: collector })));
    rest['node']?.push(await bareNodeMb());
    rest['node_exporter']?.push(await residentOf(await startNodeExporter()));
  }
  return rest;
}

/** A minute of scrapes, ten a second, as settled as a process gets within a benchmark. */
async function residentOf(started: StartedProcess | undefined): Promise<number> {
  if (started === undefined) return Number.NaN;
  const agent = keptConnection();
  for (let scrape = 0; scrape < 20; scrape++) {
    await fetchTimed(started.port, agent);
    await delay(250);
  }
  agent.destroy();
  const { residentMb } = started.usage();
  await started.stop();
  return residentMb;
}

async function bareNodeMb(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
  await delay(3_000);
  const { residentMb } = usageOf(child.pid ?? 0);
  child.kill();
  return residentMb;
}

/** @returns resident memory after each hour */
async function measureDay(hours: number): Promise<readonly number[]> {
  const log = scratch('day.log');
  writeFileSync(log, 'systemd-stop-exporter records version=1 probe=stap\n');
  const ours = await startOurs({ log });
  const agent = keptConnection();
  const resident: number[] = [];
  for (let hour = 0; hour < hours; hour++) {
    for (let minute = 0; minute < 60; minute++) {
      appendFileSync(log, recordsOf(hour * 60 + minute));
      await delay(40);
      await fetchTimed(ours.port, agent);
    }
    resident.push(ours.usage().residentMb);
  }
  agent.destroy();
  await ours.stop();
  return resident;
}

const killed = ['service_enter_dead', 'service_sigchld_event', 'manager_dispatch_sigchld', 'source_dispatch'] as const;

function recordsOf(minute: number): string {
  const records: string[] = [];
  for (let stop = 0; stop < stopsPerHour / 60; stop++) {
    const index = (minute * stopsPerHour) / 60 + stop;
    const { atUsec = 0, ...path } = callPath(index * 10_000_000, killed, {
      unit: `application-${index % 500}.service`,
      oldState: 'running',
    });
    records.push(formatRecord({ ...path, atUsec }, index + 1));
  }
  return records.join('');
}
