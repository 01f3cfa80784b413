import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isInstalled, pathOf } from '../e2e/support/installed.ts';

/** Each file by the tool that will read it, or by that tool's own code (test/tools/check-deploy). */
function check(tool: string, ...words: readonly string[]): string {
  return execFileSync(pathOf(tool), words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

describe.skipIf(!isInstalled('shellcheck'))('shellcheck', () => {
  const scripts = [
    'scripts/postinstall',
    'scripts/preremove',
    'scripts/postremove',
    'systemd-stop-exporter',
    'systemd-stop-exporter.container',
  ];
  test.each(scripts)('finds nothing in packaging/%s', (script) => {
    expect(check('shellcheck', `packaging/${script}`)).toBe('');
  });
});

describe.skipIf(!isInstalled('promtool'))('promtool', () => {
  test('reads the configuration of the laptop', () => {
    expect(check('promtool', 'check', 'config', 'deploy/compose/prometheus.yaml')).toContain('SUCCESS');
  });

  test('reads the configuration of the agent', () => {
    expect(check('promtool', 'check', 'config', '--agent', 'deploy/remote-write/prometheus-agent.yaml')).toContain('SUCCESS');
  });
});

describe.skipIf(!isInstalled('systemd-analyze'))('systemd', () => {
  const units = ['systemd-stop-exporter.service', 'systemd-stop-exporter.socket', 'systemd-stop-exporter-probe.service'];
  test.each(units)('finds nothing wrong in %s', (unit) => {
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', `deploy/systemd/${unit}`], {
      encoding: 'utf8',
    });
    // The command is not installed here, and says nothing of the unit.
    const ofOurs = stderr
      .split('\n')
      .filter((line) => line.includes('systemd-stop-exporter') && !line.includes('is not executable'));
    expect({ ofOurs, isRun: status !== null }).toEqual({ ofOurs: [], isRun: true });
  });
});

describe.skipIf(!isInstalled('ansible-lint'))('Ansible', { timeout: 300_000 }, () => {
  const inRole = (tool: string, ...words: readonly string[]) =>
    execFileSync(pathOf(tool), words, {
      cwd: 'deploy/ansible',
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, LC_ALL: 'C.UTF-8', PATH: ansiblePath },
    });
  const ansiblePath = `${dirname(realpathSync(pathOf('ansible-lint')))}:${process.env['PATH']}`;

  test('reads the playbook and its role', () => {
    expect(inRole('ansible-playbook', '--syntax-check', '--inventory', 'localhost,', 'playbook.yml')).toContain(
      'playbook: playbook.yml',
    );
  });

  test('lints them for production', () => {
    inRole('ansible-lint', '--offline', '--nocolor', '--profile', 'production', 'playbook.yml', 'systemd_stop_exporter');
  });
});

describe.skipIf(!isInstalled('check-deploy'))("the readers' own code", () => {
  const compose = () => check('check-deploy', 'compose', 'deploy/compose/compose.yaml');

  test('reads the laptop, whose images have exact versions and whose files are there', () => {
    const project = compose();
    const images = [...project.matchAll(/^ {4}image: (.+)$/gm)].map(([, image]) => image);
    expect(images).toHaveLength(5);
    for (const image of images) expect(image).toMatch(/:(v?\d+\.\d+\.\d+|local)$/);
    const sources = [...project.matchAll(/^ {8}source: (\/.+)$/gm)].map(([, source = '']) => source);
    expect(sources.length).toBeGreaterThan(4);
    expect(sources.filter((source) => !existsSync(source))).toEqual([]);
  });

  test('publishes nothing of the laptop beyond itself', () => {
    const published = compose().match(/^ {8}host_ip: .+$/gm) ?? [];
    expect(new Set(published)).toEqual(new Set(['        host_ip: 127.0.0.1']));
    expect(compose().match(/^ {8}target: \d+$/gm)).toHaveLength(published.length);
  });

  test('reads the Dockerfile without a warning, and it does not run as root', () => {
    expect(check('check-deploy', 'dockerfile', 'Dockerfile')).toMatch(
      /FROM node:24\.\d+\.\d+-bookworm-slim\n[\s\S]* {2}HEALTHCHECK\n {2}ENTRYPOINT/,
    );
    expect(check('check-deploy', 'dockerfile', 'Dockerfile')).toMatch(/ {2}USER\n/);
  });

  test('reads the DaemonSet, which has no privilege and no capability', () => {
    const objects = check('check-deploy', 'kustomize', 'deploy/kubernetes/base');
    expect(objects.match(/^kind: .+$/gm)).toEqual(['kind: Namespace', 'kind: DaemonSet']);
    expect(objects).toContain('drop:\n            - ALL');
    expect(objects).toContain('hostPID: true');
    expect(objects).not.toMatch(/privileged: true|hostNetwork|add:/);
  });

  test('reads the DaemonSet with the probe, which alone is privileged', () => {
    const objects = check('check-deploy', 'kustomize', 'deploy/kubernetes/with-probe');
    expect(objects.match(/privileged: true/g)).toHaveLength(1);
    expect(objects).toMatch(/name: probe[\s\S]*privileged: true/);
    expect(objects.match(/image: .+/g)).toEqual(Array(2).fill('image: registry.example.com/systemd-stop-exporter:0.1.0'));
  });

  test.each([
    ['compose', 'compose.yaml', 'services: { one: { image: a, comand: b } }'],
    ['dockerfile', 'Dockerfile', 'from a as B\nRUN x\n'],
  ])('of %s finds what is wrong', (kind, name, content) => {
    const directory = mkdtempSync(join(tmpdir(), 'wrong-'));
    try {
      writeFileSync(join(directory, name), content);
      expect(() => check('check-deploy', kind, join(directory, name))).toThrow();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('of Kubernetes finds a field that is not there', () => {
    const directory = mkdtempSync(join(tmpdir(), 'wrong-'));
    try {
      writeFileSync(join(directory, 'kustomization.yaml'), 'resources: [namespace.yaml]');
      writeFileSync(join(directory, 'namespace.yaml'), 'apiVersion: v1\nkind: Namespace\nmetadata: { name: a, label: {} }\n');
      expect(() => check('check-deploy', 'kustomize', directory)).toThrow(/unknown field "metadata.label"/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
