import { describe, expect, test } from 'vitest';
import { matchesUnit, unitOfCgroup, unitOfObjectPath, unitType, withServiceSuffix } from '../../src/model/unit.ts';

describe('unitOfObjectPath', () => {
  test.each([
    ['/org/freedesktop/systemd1/unit/ovs_2dvswitchd_2eservice', 'ovs-vswitchd.service'],
    ['/org/freedesktop/systemd1/unit/getty_40tty1_2eservice', 'getty@tty1.service'],
    ['/org/freedesktop/systemd1/unit/a_5cx2db_2eservice', 'a\\x2db.service'],
    ['/org/freedesktop/systemd1/unit/_c3_a4_2eservice', 'ä.service'],
    ['/org/freedesktop/systemd1/unit/_30a_2eservice', '0a.service'],
  ])('reads %s as %s', (path, unit) => {
    expect(unitOfObjectPath(path)).toBe(unit);
  });

  test.each(['/org/freedesktop/systemd1/job/12', '/org/freedesktop/systemd1/unit/a-b', '', '/org/freedesktop/systemd1/unit/'])(
    'reads %s as no unit',
    (path) => {
      expect(unitOfObjectPath(path)).toBeUndefined();
    },
  );
});

describe('unitOfCgroup', () => {
  test.each([
    ['/system.slice/nginx.service', 'nginx.service'],
    ['/system.slice/system-getty.slice/getty@tty1.service', 'getty@tty1.service'],
    ['/user.slice/user-1000.slice/session-2.scope', 'session-2.scope'],
    ['/user.slice/user-1000.slice/user@1000.service/app.slice/app.service', 'user@1000.service'],
    ['/system.slice/_cgroup.service/payload', 'cgroup.service'],
  ])('of %s is %s', (path, unit) => {
    expect(unitOfCgroup(path)).toBe(unit);
  });

  test('of the root is none', () => {
    expect(unitOfCgroup('/')).toBeUndefined();
  });
});

test('matchesUnit takes globs as systemctl does, and nothing else', () => {
  expect(matchesUnit('app@*', 'app@one.service')).toBe(true);
  expect(matchesUnit('app@?.service', 'app@1.service')).toBe(true);
  expect(matchesUnit('app@*', 'other@one.service')).toBe(false);
  expect(matchesUnit('a.service', 'axservice')).toBe(false);
  expect(matchesUnit('a+.service', 'aa.service')).toBe(false);
  expect(matchesUnit('*'.repeat(50), 'a.service')).toBe(false);
});

test('withServiceSuffix adds the suffix that systemctl adds', () => {
  expect(withServiceSuffix('nginx')).toBe('nginx.service');
  expect(withServiceSuffix('dbus.socket')).toBe('dbus.socket');
  expect(unitType('a.b')).toBe('unknown');
});
