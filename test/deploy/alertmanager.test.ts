import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { isInstalled } from '../e2e/support/installed.ts';

const file = 'deploy/alertmanager/alertmanager.yaml';

function amtool(...parameters: readonly string[]): string {
  const { stdout, error } = spawnSync('amtool', parameters, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  return stdout.trim();
}

describe.skipIf(!isInstalled('amtool'))('amtool', () => {
  test('finds nothing wrong with the example', () => {
    expect(amtool('check-config', file)).toContain('SUCCESS');
  });

  test.each([
    ['severity=critical', 'on-call'],
    ['severity=warning', 'on-call'],
    ['severity=info', 'changes'],
  ])('routes %s to %s', (label, receiver) => {
    expect(amtool('config', 'routes', 'test', `--config.file=${file}`, label)).toBe(receiver);
  });
});
