import { expect, test } from 'vitest';
import { terminalName } from '../../../src/sources/proc/terminal-name.ts';

function device(major: number, minor: number): number {
  return ((minor & ~0xff) << 12) | (major << 8) | (minor & 0xff);
}

test.each([
  [0, undefined],
  [34816, 'pts/0'],
  [device(136, 255), 'pts/255'],
  [device(136, 256), 'pts/256'],
  [device(136, 70_000), 'pts/70000'],
  [device(137, 1), 'pts/257'],
  [1025, 'tty1'],
  [device(4, 63), 'tty63'],
  [device(4, 64), 'ttyS0'],
  [device(5, 1), 'console'],
  [device(204, 65), 'ttyAMA1'],
  [device(229, 0), 'hvc0'],
  [device(999, 3), '999:3'],
])('device %d is %s', (number, name) => {
  expect(terminalName(number)).toBe(name);
});
