import { describe, expect, test } from 'vitest';
import { actionOf, findStopMethod, jobIdOfPath, stopMethods } from '../../../src/sources/dbus/stop-methods.ts';

describe('stopMethods', () => {
  test('names each method once', () => {
    const names = stopMethods.map((row) => `${row.interface}.${row.member}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test('says of each row that asks by job type where the type is', () => {
    for (const row of stopMethods) expect(row.jobType !== undefined).toBe(row.action === 'by-job-type');
  });

  test('does not hold methods that systemd does not have', () => {
    for (const member of ['StopUnitReplace', 'StopUnitWithFlags', 'RestartUnitWithFlags', 'ReloadUnit', 'GetUnit']) {
      expect(findStopMethod('/', 'org.freedesktop.systemd1.Manager', member)).toBeUndefined();
    }
  });
});

describe('findStopMethod', () => {
  test('tells the interface from the object where the caller leaves it out', () => {
    expect(findStopMethod('/org/freedesktop/systemd1/unit/a', undefined, 'Stop')?.unit).toBe('path');
    expect(findStopMethod('/org/freedesktop/systemd1/job/7', undefined, 'Cancel')?.job).toBe('path');
    expect(findStopMethod('/org/freedesktop/systemd1', undefined, 'StopUnit')?.unit).toBe(0);
    expect(findStopMethod('/org/freedesktop/login1', undefined, 'RebootWithFlags')?.action).toBe('shutdown');
    expect(findStopMethod('/org/freedesktop/systemd1', undefined, 'Stop')).toBeUndefined();
  });
});

describe('actionOf', () => {
  test('knows systemd’s job types', () => {
    const method = findStopMethod('', 'org.freedesktop.systemd1.Manager', 'EnqueueUnitJob');
    if (method === undefined) throw new Error('EnqueueUnitJob is missing');
    expect(
      ['stop', 'restart', 'reload-or-restart', 'reload-or-try-restart', 'start', 'nop', 7].map((type) => actionOf(method, type)),
    ).toEqual(['stop', 'restart', 'reload-or-restart', 'reload-or-try-restart', 'start', 'other', 'other']);
  });
});

describe('jobIdOfPath', () => {
  test('reads the id of a job, and of nothing else', () => {
    expect(jobIdOfPath('/org/freedesktop/systemd1/job/189')).toBe(189);
    for (const path of ['/org/freedesktop/systemd1/job/', '/org/freedesktop/systemd1/unit/a', '/', 7, undefined]) {
      expect(jobIdOfPath(path)).toBeUndefined();
    }
  });
});
