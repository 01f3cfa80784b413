import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unitOfCgroup } from '../../../src/model/unit.ts';
import { parseCgroup, sessionOfCgroup } from '../../../src/sources/proc/cgroup-text.ts';

const version1 = `11:memory:/system.slice/ovs-vswitchd.service
5:cpu,cpuacct:/
1:name=systemd:/system.slice/ovs-vswitchd.service
`;
const hybrid = `12:pids:/user.slice/user-0.slice/session-2.scope
1:name=systemd:/user.slice/user-0.slice/session-2.scope
0::/user.slice/user-0.slice/session-2.scope
`;

describe('parseCgroup', () => {
  test.each([
    ['version 1', version1, '/system.slice/ovs-vswitchd.service'],
    ['both versions', hybrid, '/user.slice/user-0.slice/session-2.scope'],
    ['version 2', '0::/init.scope\n', '/init.scope'],
    ['version 2 beside an unused named hierarchy', '1:name=systemd:/\n0::/system.slice/a.service\n', '/system.slice/a.service'],
    ['version 1 beside an unused second one', '1:name=systemd:/system.slice/a.service\n0::/\n', '/system.slice/a.service'],
    ['a cgroup that was removed', '0::/system.slice/a.service (deleted)\n', '/system.slice/a.service'],
    ['a name with a colon', '0::/system.slice/a:b.service\n', '/system.slice/a:b.service'],
    ['the root', '0::/\n', undefined],
    ['no hierarchy of systemd', '5:cpu:/system.slice/a.service\n', undefined],
    ['nothing', '', undefined],
  ])('of %s', (_, text, expected) => {
    expect(parseCgroup(text)).toBe(expected);
  });

  test('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const path = parseCgroup(Buffer.from(bytes).toString('utf8'));
        expect(path === undefined || path.startsWith('/')).toBe(true);
      }),
    );
  });

  test('gives back any path that a cgroup can have', () => {
    const path = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((name) => !name.includes('\n') && !name.endsWith(' (deleted)'));
    fc.assert(
      fc.property(path, (name) => {
        expect(parseCgroup(`3:cpu:/x\n0::/a/${name}\n`)).toBe(`/a/${name}`);
      }),
    );
  });
});

test('the unit of a user’s service is that of the user’s manager', () => {
  const path = parseCgroup('0::/user.slice/user-1000.slice/user@1000.service/app.slice/x.service\n') ?? '';
  expect(unitOfCgroup(path)).toBe('user@1000.service');
});

test.each([
  ['/user.slice/user-0.slice/session-2.scope', '2'],
  ['/user.slice/user-0.slice/session-c12.scope/below', 'c12'],
  ['/system.slice/session-2.service', undefined],
  ['/', undefined],
])('sessionOfCgroup of %s is %s', (path, session) => {
  expect(sessionOfCgroup(path)).toBe(session);
});
