import { describe, expect, test } from 'vitest';
import { parseTreeLine } from '../../../src/sources/pstree/tree-line.ts';

describe('parseTreeLine', () => {
  test.each<[string, object]>([
    ['systemd,1 --switched-root --system', { name: 'systemd', pid: 1, args: '--switched-root --system', column: 0 }],
    ['  |-sshd,1031', { name: 'sshd', pid: 1031, column: 4 }],
    ['  |       `-bash,3265', { name: 'bash', pid: 3265, column: 12 }],
    ['  ├─sshd,1031', { name: 'sshd', pid: 1031, column: 4 }],
    ['  │       └─systemctl,7 stop a', { name: 'systemctl', pid: 7, args: 'stop a', column: 12 }],
    [
      '  `-we,ird name,32742 /tmp/we,ird name |-fake,1 x',
      { name: 'we,ird name', pid: 32742, args: '/tmp/we,ird name |-fake,1 x' },
    ],
    ['  |-(sd-pam),994', { name: '(sd-pam)', pid: 994 }],
    ['  |-(kthreadd,2)', { name: 'kthreadd', pid: 2 }],
    ['  |-sleep,123,456,nobody 100', { name: 'sleep', pid: 123, args: '100' }],
    ['process_api,1, --firecracker-init', { name: 'process_api', pid: 1, args: '--firecracker-init' }],
    ['  |-sh,32739 -c...', { name: 'sh', pid: 32739, args: '-c...' }],
    ['  |-sh,32739...', { name: 'sh', pid: 32739 }],
    ['  |-{V8Worker},31613', { name: '{V8Worker}', pid: 31613, isThread: true }],
    ['  |-agetty --noclear tty1', { name: 'agetty', args: '--noclear tty1' }],
    ['  |-systemctl(7) stop a', { name: 'systemctl', pid: 7, args: 'stop a' }],
    ['  |-ends with a comma,7', { name: 'ends with a comma', pid: 7 }],
  ])('reads %s', (line, expected) => {
    const nodes = parseTreeLine(line);
    expect(nodes).toHaveLength(1);
    expect(nodes[0]).toMatchObject({ isThread: false, ...expected });
  });

  test.each([
    'systemd(1)---memfd:a-91(18101)---we,ird name(32742)-+-sleep(32743)',
    'systemd(1)───memfd:a-91(18101)───we,ird name(32742)─┬─sleep(32743)',
  ])('reads the chain %s', (line) => {
    expect(parseTreeLine(line).map(({ name, pid, column }) => [name, pid, column])).toEqual([
      ['systemd', 1, 0],
      ['memfd:a-91', 18101, 13],
      ['we,ird name', 32742, 33],
      ['sleep', 32743, 54],
    ]);
  });

  test.each(['', 'hello world', '|', '  |', '  |-', 'systemd(1)x', '-- No entries --', 'name,', ',1', '(1)'])(
    'refuses %j',
    (line) => {
      expect(parseTreeLine(line)).toEqual([]);
    },
  );

  test('is done with a megabyte of anything, which a quadratic pattern never would be', () => {
    for (const piece of ['|', ' ', '|-', 'a', 'a,1', 'a(1)---', '(', ',', ',1 ', '{', '│ ', '─']) {
      parseTreeLine(piece.repeat(Math.ceil(1_000_000 / piece.length)));
    }
  });
});
