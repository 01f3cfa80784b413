import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { IncidentLog } from '../src/incident-log/incident-log.ts';
import { openIncidentLog } from '../src/incident-log/sqlite-incident-log.ts';
import { createLogger } from '../src/logger.ts';
import type { Evidence, StopRequest } from '../src/model/evidence.ts';
import type { ClassifiedIncident } from '../src/model/incident.ts';
import { createPipeline } from '../src/pipeline.ts';
import { createShutdownMemory } from '../src/shutdown-memory.ts';
import { isDiscarded } from '../src/sources/source.ts';
import { createStapParser } from '../src/sources/stap/stap-parser.ts';
import { createTelemetry } from '../src/telemetry/telemetry.ts';
import { stateDirectory } from './incident-log/state-directory.ts';
import { journal, request, t0, testHost } from './support/evidence.ts';

const key = 'shutdown-requests';
const systemctl = { name: 'systemctl', pid: 79, unit: 'session-2.scope', command: 'systemctl reboot' };

/** One run of the exporter, as far as this is about it. */
function startLife(path: string) {
  const log = openIncidentLog({ path, retention: { ageMs: 1e12, maxBytes: 1e9 } });
  const told: ClassifiedIncident[] = [];
  const pipeline = createPipeline({
    correlator: { host: () => testHost, settleMs: 300, readAtUsec: 0 },
    isWanted: () => true,
    telemetry: createTelemetry({ version: '1', sources: ['dbus', 'journal'] }),
    deliver: (incidents) => told.push(...incidents),
  });
  const trouble = { errors: [] as string[], failures: 0, isFull: false };
  const memory = createShutdownMemory({
    log: { position: log.position, setPosition: (...args) => writing(trouble, () => log.setPosition(...args)) },
    telemetry: { incidentLogFailed: () => trouble.failures++ },
    logger: createLogger({ level: 'error', format: 'logfmt', write: (line) => trouble.errors.push(line) }),
    requests: pipeline.shutdownRequests,
  });
  for (const recalled of memory.recall()) pipeline.recall(recalled, 0);
  return {
    log,
    memory,
    trouble,
    see(...evidence: readonly Evidence[]) {
      for (const one of evidence) {
        pipeline.observe(one, 0);
        memory.notice(one);
      }
    },
    verdicts() {
      pipeline.finish(true);
      return told.map(({ incident, verdict }) => [incident.traceId, verdict.cause, verdict.sender?.command, verdict.ancestry]);
    },
    end() {
      memory.close();
      log.close();
    },
  };
}

function writing(trouble: { readonly isFull: boolean }, write: () => void): void {
  if (trouble.isFull) throw new Error('disk full');
  write();
}

function kept(path: string): string | undefined {
  const log: IncidentLog = openIncidentLog({ path, retention: { ageMs: 1e12, maxBytes: 1e9 } });
  const text = log.position(key);
  log.close();
  return text;
}

const { unit: _, ...reboot } = request(-40_000, { action: 'shutdown', busName: ':1.9', serial: 3 });
const peer: Evidence = {
  kind: 'bus-peer',
  source: 'dbus',
  atUsec: t0 - 39_000,
  busName: ':1.9',
  process: systemctl,
  ancestry: [{ name: 'systemd', pid: 1 }, systemctl],
  raw: '',
};
const { unit: _unit, ...rebooting } = journal(-30_000, 'shutdown');
const stopped = [journal(0, 'stopping', { jobId: 7, jobType: 'stop' }), journal(20_000, 'success')];

test('what the journal tells after the boot has the verdict and the trace id it would have had before', () => {
  const whole = startLife(stateDirectory());
  whole.see(reboot, peer, rebooting, ...stopped);
  const path = stateDirectory();
  const before = startLife(path);
  before.see(reboot, peer);
  before.end();
  const after = startLife(path);
  // Another client has got the name since.
  after.see({ ...peer, process: { name: 'other', pid: 79 } }, rebooting, ...stopped);
  expect(whole.verdicts()).toEqual([[expect.any(String), 'shutdown', 'systemctl reboot', expect.any(Array)]]);
  expect(after.verdicts()).toEqual(whole.verdicts());
  whole.end();
  after.end();
});

test('it is written at once, and not only at an end that may be abrupt', async () => {
  const life = startLife(stateDirectory());
  life.see(reboot, peer);
  await expect.poll(() => life.log.position(key)).toContain('systemctl reboot');
  life.end();
});

test('it stays until it has been of use, also where a run ends before, and is then forgotten', () => {
  const path = stateDirectory();
  const first = startLife(path);
  first.see(reboot, peer);
  first.end();
  for (let run = 0; run < 3; run++) startLife(path).end();
  const last = startLife(path);
  expect(last.memory.recall()).toHaveLength(1);
  last.memory.forget();
  last.end();
  expect(kept(path)).toBe('');
});

test('a new request is kept beside what was recalled, and without it once that is forgotten', () => {
  const path = stateDirectory();
  const first = startLife(path);
  first.see(reboot, peer);
  first.end();
  const second = startLife(path);
  second.see({ ...reboot, atUsec: t0 + 60_000_000, serial: 4, raw: 'again' });
  second.memory.close();
  expect(second.log.position(key)?.split('\n')).toHaveLength(2);
  second.memory.forget();
  expect(second.log.position(key)).toMatch(/^.*"raw":"again".*$/);
  second.end();
});

test('what is written to the disk is redacted', () => {
  const path = stateDirectory();
  const life = startLife(path);
  const record = [
    `begin 1 request t=${t0} action=shutdown`,
    ' process pid=79 comm=systemctl command="systemctl reboot --message=now --token=hunter2"',
    ' process pid=78 comm=bash command="bash -c \\"API_KEY=hunter2 systemctl reboot\\""',
    'end 1 request lines=2',
  ];
  const parser = createStapParser();
  const observed = record.flatMap((line, index) => parser.accept(line, { file: 'tracefs.log', line: index + 1 }));
  life.see(...observed.filter((one) => !isDiscarded(one)));
  life.end();
  expect(kept(path)).toContain('systemctl reboot');
  const files = readdirSync(path).map((name) => readFileSync(join(path, name), 'latin1'));
  expect(files.filter((content) => content.includes('hunter2'))).toEqual([]);
});

test('who was refused is not kept', () => {
  const path = stateDirectory();
  const life = startLife(path);
  life.see(reboot, peer, { ...reboot, refused: 'org.freedesktop.DBus.Error.AccessDenied' });
  life.end();
  expect(kept(path)).toBeUndefined();
});

test('a line that cannot be read is told and counted, and takes no other with it', () => {
  const path = stateDirectory();
  const first = startLife(path);
  first.see(reboot, peer);
  first.memory.close();
  first.log.setPosition(key, `{"kind":"requ\n${first.log.position(key)}\n`);
  first.log.close();
  const second = startLife(path);
  expect(second.trouble.failures).toBe(1);
  expect(second.trouble.errors.join()).toContain('line=1');
  expect(second.trouble.errors.join()).toContain('It is no JSON: \\"{\\\\\\"kind\\\\\\":\\\\\\"requ\\"');
  second.see(rebooting, ...stopped);
  expect(second.verdicts()).toMatchObject([[expect.any(String), 'shutdown', 'systemctl reboot', expect.any(Array)]]);
  second.end();
});

test('a disk that is full is told and counted, and written to once it has room', async () => {
  const life = startLife(stateDirectory());
  life.trouble.isFull = true;
  life.see(reboot, peer);
  await expect.poll(() => life.trouble.failures).toBeGreaterThan(0);
  expect(life.trouble.errors.join()).toContain('disk full');
  life.trouble.isFull = false;
  await expect.poll(() => life.log.position(key)).toBeDefined();
  const expected: Partial<StopRequest> = { action: 'shutdown', sender: systemctl };
  expect(JSON.parse(life.log.position(key) ?? '')).toMatchObject(expected);
  life.end();
});
