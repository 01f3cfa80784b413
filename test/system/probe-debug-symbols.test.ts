import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkProbe } from '../../src/probe/probe.ts';
import type { ProbeStatus } from '../../src/probe/probe-status.ts';
import { systemdBuilds } from '../../src/probe/struct-offsets.ts';
import { mountTracefs } from './host-tracefs.ts';
import { bootMachine, type Machine, rootFileSystem } from './machine.ts';

/**
 * systemd before 251 is one binary that names no function of its own. Debian's debug packages are on another server than its
 * packages; the symbols are put back here from the table, where they stand as Debian's own build of this binary has them.
 */
const suite = 'bullseye';
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const stripped = `${rootFileSystem(suite)}/usr/lib/systemd/systemd`;
const row = systemdBuilds.find(({ functions }) => functions !== undefined);
const { buildIds, functions = {} } = row ?? {};
let directory: string;
let machine: Machine;

beforeAll(async () => {
  mountTracefs();
  machine = await bootMachine({ suite });
});

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'probe-debug-symbols-'));
  // As if nobody had looked at this build yet.
  if (row !== undefined) Object.assign(row, { buildIds: [], functions: undefined });
});

afterEach(() => {
  if (row !== undefined) Object.assign(row, { buildIds, functions });
  rmSync(directory, { recursive: true });
});

afterAll(async () => {
  await machine?.stop();
});

/** With the table's functions among its symbols. */
function withSymbols(from: string, to: string, ...flags: readonly string[]): void {
  const symbols = Object.entries(functions).map(([name, address]) => `--add-symbol=${name}=${address},function,local`);
  mkdirSync(dirname(to), { recursive: true });
  execFileSync('objcopy', [...flags, ...symbols, from, to]);
}

function look(): Promise<ProbeStatus> {
  return checkProbe({ instance: 'debug-symbols', rootPid: machine.hostPid, debugDirectory: directory, log: silent });
}

/** Where a debug package of this build puts it. */
function debugFile(buildId = buildIds?.[0] ?? ''): string {
  return join(directory, '.build-id', buildId.slice(0, 2), `${buildId.slice(2)}.debug`);
}

const everything = { names: true, states: true, callers: true, calls: true };

test('without any, it looks into nothing', async () => {
  const { selfCheck, sees } = await look();
  expect(selfCheck).toMatchObject({ calls: false, callers: true });
  expect(sees).toMatchObject({ transitions: false, 'call-paths': false, callers: true });
});

test('with a debug package, it looks into all that the table would show', async () => {
  withSymbols(stripped, debugFile(), '--only-keep-debug');
  const { selfCheck, sees, systemd } = await look();
  expect(systemd).toMatchObject({ version: 247, table: 'version' });
  expect(selfCheck).toEqual(everything);
  expect(sees).toMatchObject({ transitions: true, 'call-paths': true, callers: true, dependencies: true, connections: false });
});

test('symbols of another build are not for this one, whatever the file is called', async () => {
  const other = `${rootFileSystem('bookworm')}/usr/lib/systemd/systemd`;
  withSymbols(other, debugFile(), '--only-keep-debug');
  expect((await look()).sees).toMatchObject({ 'call-paths': false });
});

test('with a binary that was never stripped, it needs no more', async () => {
  const inside = `${machine.rootDirectory}/usr/lib/systemd`;
  withSymbols(stripped, `${inside}/systemd.new`);
  await machine.exec('mv /usr/lib/systemd/systemd.new /usr/lib/systemd/systemd && systemctl daemon-reexec');
  const { selfCheck, sees } = await look();
  expect(selfCheck).toEqual(everything);
  expect(sees).toMatchObject({ transitions: true, 'call-paths': true, callers: true, dependencies: true });
});
