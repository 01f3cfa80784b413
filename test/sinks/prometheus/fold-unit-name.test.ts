import { expect, test } from 'vitest';
import { foldUnitName } from '../../../src/sinks/prometheus/fold-unit-name.ts';

const hex64 = '5f'.repeat(32);

test.each([
  ['nginx.service', 'nginx.service'],
  ['foo@bar.service', 'foo@.service'],
  ['foo@a@b.c.service', 'foo@.service'],
  ['foo@.service', 'foo@.service'],
  ['user@1000.service', 'user@.service'],
  ['getty@tty1.service', 'getty@.service'],
  ['systemd-coredump@1-2345-0.service', 'systemd-coredump@.service'],
  ['session-2.scope', 'session.scope'],
  ['session-c12.scope', 'session.scope'],
  ['user-1000.slice', 'user.slice'],
  ['run-1234.scope', 'run-*.scope'],
  ['run-u12.service', 'run-*.service'],
  ['run-u12.timer', 'run-*.timer'],
  ['run-r0123456789abcdef0123456789abcdef.scope', 'run-*.scope'],
  ['run-p123-i456.service', 'run-*.service'],
  ['dbus-:1.2-org.example.Name@0.service', 'dbus-org.example.Name@.service'],
  [`docker-${hex64}.scope`, 'docker-*.scope'],
  [`${hex64}-0123456789abcdef.service`, '*-*.service'],
  ['backup-0f8fad5b-d9cb-469f-a165-70867728950e.service', 'backup-*.service'],
])('%s is counted as %s', (unit, folded) => {
  expect(foldUnitName(unit)).toBe(folded);
});

test.each([
  'run-db.service',
  'run-parts.service',
  'run-2048game.service',
  'session-manager.service',
  'session-2.service',
  'user-runtime-dir.service',
  'deadbeef.service',
  'dev-disk-by\\x2duuid.device',
  'unknown',
  '',
])('%s is a name of its own', (unit) => {
  expect(foldUnitName(unit)).toBe(unit);
});

test('instances are told apart where that is asked for', () => {
  expect(foldUnitName('foo@bar.service', { templates: false })).toBe('foo@bar.service');
  expect(foldUnitName('run-u1.service', { templates: false })).toBe('run-*.service');
});

test('a name made to be slow is not', () => {
  for (const part of ['a@', 'run-', 'dbus-:1.2-', '0123456789abcdef-', '@.'])
    expect(foldUnitName(`${part.repeat(1_000_000)}x`).length).toBeGreaterThan(0);
});
