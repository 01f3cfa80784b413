import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placeRuntime } from '../../packaging/runtime.ts';
import { run } from '../e2e/support/exporter.ts';
import { RunningProcess } from '../e2e/support/running-process.ts';

/** The oldest line that `engines` allows, and the project's own. */
const nodeVersions = ['22.23.3', undefined];
const recording = ['--stap', 'test/scenarios/ovs-vswitchd-2020-manual-stop/stap.log'];
const patienceMs = 300_000;

describe('the npm package', () => {
  const directory = mkdtempSync(join(tmpdir(), 'npm-package-'));
  const installed = join(directory, 'installed');
  let files: readonly string[] = [];

  beforeAll(() => {
    const npm = (words: readonly string[], cwd: string) =>
      execFileSync('npm', [...words, '--prefer-offline', '--silent'], { cwd, encoding: 'utf8' });
    npm(['pack', '--pack-destination', directory], process.cwd());
    const tarball = join(directory, 'systemd-stop-exporter-0.1.0.tgz');
    files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
    mkdirSync(installed);
    writeFileSync(join(installed, 'package.json'), '{ "private": true, "type": "module" }');
    npm(['install', tarball], installed);
  }, patienceMs);
  afterAll(() => rmSync(directory, { recursive: true }), patienceMs);

  test('has what runs, its types, schema and units, and no sources, tests or pictures', () => {
    const roots = new Set(
      files.map((file) =>
        file
          .split('/')
          .slice(1, 3)
          .join('/')
          .replace(/^dist\/.*/, 'dist'),
      ),
    );
    expect([...roots].sort()).toEqual(
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'deploy/dbus',
        'deploy/pstree-hook',
        'deploy/systemd',
        'dist',
        'docs/incident.schema.json',
        'package.json',
        'stap/README.md',
        'stap/RECORD.md',
        'stap/service-stop-exported.stp',
        'stap/service-stop.stp',
        'stap/tapset',
        'test/scenarios',
      ].sort(),
    );
    expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
  });

  test.each(nodeVersions)(
    'npx runs it on Node %s, or on ours',
    async (version) => {
      const node = version === undefined ? process.execPath : join(directory, version, 'node');
      if (version !== undefined) placeRuntime('x64', { node, license: join(directory, version, 'license') }, version);
      const environment = { PATH: `${dirname(node)}:${process.env['PATH']}` };
      const words = ['--no-install', '--prefix', installed, 'systemd-stop-exporter', 'analyze', ...recording];
      await using npx = new RunningProcess('npx', words, { environment });
      expect(await npx.end()).toEqual(await run(['analyze', ...recording]));
    },
    patienceMs,
  );

  test('exports the schema that what it prints follows', async () => {
    const schema = createRequire(join(installed, 'package.json'))('systemd-stop-exporter/incident.schema.json');
    const { stdout } = await run(['analyze', ...recording, '--format', 'json']);
    const isIncident = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
    expect(JSON.parse(stdout).map((incident: unknown) => isIncident(incident))).toEqual([true]);
  });

  test('exports the types of it, with every name they need', () => {
    const program = `
      import type { IncidentDocument } from 'systemd-stop-exporter';
      export const causeOf = (incident: IncidentDocument): string => incident.cause;
      // @ts-expect-error: there is no such field
      export const nothing = (incident: IncidentDocument): unknown => incident.nothing;`;
    writeFileSync(join(installed, 'consumer.ts'), program);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', ''];
    const tsc = join(process.cwd(), 'node_modules/.bin/tsc');
    execFileSync(tsc, [...options, 'consumer.ts'], { cwd: installed, stdio: 'pipe', encoding: 'utf8' });
    expect(readFileSync(join(installed, 'node_modules/systemd-stop-exporter/package.json'), 'utf8')).toContain('"types"');
  });
});
