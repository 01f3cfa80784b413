import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import { run } from './support/exporter.ts';

const manualStop = 'test/scenarios/ovs-vswitchd-2020-manual-stop';
const stap = join(manualStop, 'stap.log');
const isIncident = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync('docs/incident.schema.json', 'utf8')),
);

describe('analyze', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'analyze-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('answers what stopped, when, why, who, and the proof', async () => {
    const files = ['--stap', stap, '--pstree', join(manualStop, 'pstree.log')];
    const { status, stdout, stderr } = await run(['analyze', '--unit', 'ovs-vswitchd', ...files]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^ovs-vswitchd\.service stopped: requested by systemctl\[11733\]/);
    expect(stdout).toMatch(/^ {2}when +2020-09-22T09:15:28/m);
    expect(stdout).toMatch(/^ {2}why +requested \(proven;/m);
    expect(stdout).toMatch(/^ {2}who +systemctl\[11733\] .*"systemctl stop ovs-vswitchd"/m);
    expect(stdout).toContain('sshd(1031) › sshd(3234) › bash(3265) › systemctl(11733)');
    expect(stdout).toContain('service_enter_stop ← service_stop ← job_perform_on_unit');
    expect(stdout).toMatch(/^ {2}proof +stap test\/scenarios\/ovs-vswitchd-2020-manual-stop\/stap\.log:1: /m);
  });

  test('prints JSON that the schema allows, from a file and from standard input alike', async () => {
    const fromFile = await run(['analyze', '--stap', stap, '--format', 'json']);
    const fromInput = await run(['analyze', '--stap', '-', '--format', 'json'], { input: readFileSync(stap, 'utf8') });
    const [one, other] = [fromFile, fromInput].flatMap(({ stdout }) => JSON.parse(stdout) as IncidentDocument[]);
    expect(isIncident(one), JSON.stringify(isIncident.errors)).toBe(true);
    expect(one?.cause).toBe('requested');
    expect(other?.trace_id).toBe(one?.trace_id);
    expect([one, other].map((incident) => incident?.basis[0]?.origin?.file)).toEqual([stap, '-']);
  });

  test('counts what it cannot read, with its place, and reads the rest', async () => {
    const torn = join(directory, 'torn.log');
    writeFileSync(torn, `\u0000\u001b[31mjunk\n${readFileSync(stap, 'utf8')}begin 1 stop t=1 unit=x\nmore junk\n`);
    const { status, stdout, stderr } = await run(['analyze', '--stap', torn]);
    expect(status).toBe(0);
    expect(stdout).toContain('ovs-vswitchd.service stopped: requested');
    expect(stderr).toContain(`${torn}:1: `);
    expect(stderr).toMatch(/^\d+ pieces? of evidence could not be read\n$/m);
    expect(stdout + stderr).not.toContain('\u001b');
  });

  test('exits with 3 where no stop is found', async () => {
    const empty = join(directory, 'empty.log');
    writeFileSync(empty, '');
    expect(await run(['analyze', '--stap', empty])).toEqual({
      status: 3,
      stdout: '',
      stderr: 'No stop found in the evidence\n',
    });
    expect(await run(['analyze', '--stap', stap, '--unit', 'other', '--format', 'json'])).toEqual({
      status: 3,
      stdout: '[]\n',
      stderr: 'No stop of other.service found in the evidence\n',
    });
  });

  test.each([
    ['no evidence at all', []],
    ['an unknown format', ['--stap', stap, '--format', 'yaml']],
    ['a flag of another command', ['--stap', stap, '--storage.path', '/x']],
    ['a file without its kind', [stap]],
  ])('exits with 2 at %s', async (_what, parameters) => {
    const { status, stdout, stderr } = await run(['analyze', ...parameters]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('says in one line which file it cannot read', async () => {
    const missing = join(directory, 'missing.log');
    const { status, stdout, stderr } = await run(['analyze', '--stap', missing]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^Cannot read .*missing\.log.*\n$/);
  });
});
