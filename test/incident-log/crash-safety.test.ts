import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openIncidentLog } from '../../src/incident-log/sqlite-incident-log.ts';
import { generous, numberedIncident } from './numbered-incident.ts';
import { stateDirectory } from './state-directory.ts';

const script = fileURLToPath(new URL('append-until-killed.ts', import.meta.url));

/** Kills the writer with SIGKILL after some acknowledgements; returns the last number it acknowledged. */
async function killedWriter(path: string, first: number, acknowledgements: number): Promise<number> {
  const child = spawn(process.execPath, [script, path, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.split('\n').length > acknowledgements) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1));
}

test('what was acknowledged before SIGKILL is there, counted once, crash after crash', async () => {
  const path = stateDirectory();
  let next = 0;
  for (const acknowledgements of [1, 20, 200]) {
    const last = await killedWriter(path, next, acknowledgements);
    const log = openIncidentLog({ path, retention: generous });
    for (let number = 0; number <= last; number++) expect(log.find(numberedIncident(number).incident.traceId)).toBeDefined();
    const incidents = log.list({ limit: 1_000_000 }).length;
    expect(log.stopCounts().map(({ count }) => count)).toEqual([incidents]);
    expect(log.unsentTraceCount()).toBe(incidents);
    expect(incidents - (last + 1)).toBeLessThanOrEqual(1);
    log.close();
    next = last;
  }
  expect(next).toBeGreaterThan(200);
});
