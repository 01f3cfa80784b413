import { describe, expect, test } from 'vitest';
import { belowRoot, isOfUnit, parseCgroupRoot } from '../../src/probe/cgroup-root.ts';
import { createPidNames, namespaceDepth, pidAtDepth } from '../../src/probe/pid-names.ts';

describe('parseCgroupRoot()', () => {
  test.each([
    ['a host with version 2', '0::/init.scope\n', { hierarchy: 0, prefix: '' }],
    ['a container on it', '0::/machine.slice/x.scope/init.scope\n', { hierarchy: 0, prefix: '/machine.slice/x.scope' }],
    ['a hybrid host', '9:name=systemd:/init.scope\n0::/init.scope\n', { hierarchy: 9, prefix: '' }],
    ['a container on a host without systemd', '9:name=systemd:/\n0::/bed/init.scope\n', { hierarchy: 0, prefix: '/bed' }],
    ['version 1', '5:cpu:/\n1:name=systemd:/\n', { hierarchy: 1, prefix: '' }],
    ['nothing', '', { hierarchy: 0, prefix: '' }],
  ])('reads that of %s', (_, text, expected) => {
    expect(parseCgroupRoot(text)).toEqual(expected);
  });
});

describe('belowRoot()', () => {
  test('takes a container’s own tree for the whole, and nothing else for a part of it', () => {
    const root = { hierarchy: 0, prefix: '/bed' };
    expect(belowRoot(root, '/bed/system.slice/a.service')).toBe('/system.slice/a.service');
    expect(belowRoot(root, '/bed')).toBe('/');
    expect(belowRoot(root, '/bedroom/a.service')).toBeUndefined();
    expect(belowRoot({ hierarchy: 0, prefix: '' }, '/system.slice/a.service')).toBe('/system.slice/a.service');
  });
});

describe('isOfUnit()', () => {
  test.each([
    ['/system.slice/a.service', true],
    ['/user.slice/user-0.slice/session-2.scope', true],
    ['/system.slice/a.service/.control', false],
    ['/system.slice/a.service/child.service', false],
    ['/system.slice', false],
  ])('%s: %s', (path, expected) => {
    expect(isOfUnit(path)).toBe(expected);
  });
});

describe('Pids of a container', () => {
  const status = 'Name:\tsleep\nNSpid:\t13050\t103\n';

  test('are told by the namespace', () => {
    expect([namespaceDepth(status), pidAtDepth(status, 1), pidAtDepth(status, 2)]).toEqual([1, 103, undefined]);
    expect(namespaceDepth('Name:\tsystemd\nNSpid:\t1\n')).toBe(0);
  });

  test('are kept when the process has gone, and looked for where they were not learnt', () => {
    const texts = new Map([[13050, status]]);
    const pids = createPidNames({ readStatus: (pid) => texts.get(pid), hasChildrenInside: () => undefined, depth: 1 });
    pids.learn(13050);
    texts.clear();
    expect([pids.inside(13050), pids.outside(103), pids.inside(5)]).toEqual([103, 13050, undefined]);
  });

  test('are looked for once where a parent has its children elsewhere, and again of another one with its pid', () => {
    const looked: number[] = [];
    const asked: number[] = [];
    const homes = new Map([
      [10, false],
      [20, true],
    ]);
    const pids = createPidNames({
      readStatus: (pid) => void looked.push(pid),
      hasChildrenInside: (pid) => {
        asked.push(pid);
        return homes.get(pid);
      },
      depth: 1,
    });
    pids.learnChild(11, 10);
    pids.learnChild(12, 10);
    pids.learnChild(21, 20);
    pids.learnChild(31, 30);
    homes.set(10, true);
    pids.learnChild(10, 20);
    pids.learnChild(13, 10);
    expect([looked, asked]).toEqual([
      [21, 31, 10, 13],
      [10, 20, 30, 20, 10],
    ]);
  });
});
