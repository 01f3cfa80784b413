import { uptime } from 'node:os';
import { expect, test } from 'vitest';
import { BootTime, parseBootTime } from '../../../src/sources/proc/boot-time.ts';
import { ProcFiles } from '../../../src/sources/proc/proc-files.ts';

test('parseBootTime finds the line among those of processors and interrupts', () => {
  expect(parseBootTime('cpu 1 2\nintr 5 0 0\nctxt 7\nbtime 1600766000\nprocesses 9\n')).toBe(1_600_766_000_000_000);
  expect(parseBootTime('xbtime 5\nbtime -1\n')).toBeUndefined();
});

test('BootTime agrees with the uptime of this host to two seconds', () => {
  const bootedAtUsec = new BootTime(new ProcFiles('/proc'), () => 0).atTicks(0) ?? 0;
  expect(Math.abs(Date.now() - uptime() * 1000 - bootedAtUsec / 1000)).toBeLessThan(2000);
});

test('BootTime counts a hundred ticks a second', () => {
  const bootTime = new BootTime(new ProcFiles('/proc'), () => 0);
  expect((bootTime.atTicks(150) ?? 0) - (bootTime.atTicks(0) ?? 0)).toBe(1_500_000);
});

test('BootTime is unknown where /proc has no stat', () => {
  expect(new BootTime(new ProcFiles('/proc/self/task'), () => 0).atTicks(1)).toBeUndefined();
});
