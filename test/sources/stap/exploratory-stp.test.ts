import { describe, expect, test } from 'vitest';
import { ofKind, only, readLines, readScenario } from './reading.ts';

describe('the recording systemd-262-stap', () => {
  const observed = readScenario('systemd-262-stap');
  const requests = ofKind(observed, 'request');
  const signals = ofKind(observed, 'signal');
  const callPaths = ofKind(observed, 'call-path');

  test('is read whole', () => {
    expect(ofKind(observed, 'discarded')).toEqual([]);
    expect([requests.length, signals.length, callPaths.length]).toEqual([8, 6, 29]);
    expect(observed).toHaveLength(43);
  });

  test('names the caller and its parents, outermost first', () => {
    expect(requests[0]).toEqual({
      kind: 'request',
      source: 'stap',
      atUsec: 1_795_434_186_669_170,
      origin: { file: 'stap.log', line: 1 },
      raw: '1795434186669170 start_generic unit=sleepy.service job_type=2 sender=- ucred_pid=199\n  systemctl(199)  test.sh(165)  systemd(1)',
      unit: 'sleepy.service',
      action: 'stop',
      sender: { pid: 199, name: 'systemctl' },
      ancestry: [
        { pid: 1, name: 'systemd' },
        { pid: 165, name: 'test.sh' },
        { pid: 199, name: 'systemctl' },
      ],
    });
    expect(requests.map(({ unit, action, busName, sender }) => [unit, action, busName ?? sender?.pid])).toEqual([
      ['sleepy.service', 'stop', 199],
      ['sleepy.service', 'start', 203],
      ['sleepy.service', 'stop', ':1.4'],
      ['sleepy.service', 'start', 212],
      ['sleepy.service', 'stop', 218],
      ['sleepy.service', 'start', 221],
      ['sleepy.service', 'start', 230],
      ['forky.service', 'start', 239],
    ]);
  });

  test('does not take PID 1 for the caller over the system bus', () => {
    const overBus = requests[2];
    expect(overBus).not.toHaveProperty('sender');
    expect(overBus).not.toHaveProperty('ancestry');
  });

  test('names who sent a signal', () => {
    expect(signals.map(({ signal, sender, target }) => [signal, sender.name, sender.pid, target.name, target.pid])).toEqual([
      [15, 'systemd', 1, 'sleep', 194],
      [15, 'systemd', 1, 'sleep', 193],
      [15, 'systemd', 1, 'sleep', 204],
      [15, 'systemd', 1, 'sleep', 213],
      [9, 'pkill', 227, 'sleep', 222],
      [15, 'pkill', 236, 'sleep', 231],
    ]);
    expect(signals[4]?.ancestry?.map(({ name }) => name)).toEqual(['systemd', 'test.sh', 'pkill']);
    expect(signals[4]?.atUsec).toBe(1_795_434_200_225_837);
  });

  test('has the function, its result and reliable frames', () => {
    expect(callPaths[0]).toMatchObject({
      unit: 'bound.service',
      function: 'service_enter_stop',
      result: 'success',
      mainPid: 194,
      controlPid: 0,
      atUsec: 1_795_434_186_678_874,
    });
    expect(callPaths.at(-1)).toMatchObject({
      unit: 'sleepy.service',
      function: 'service_enter_dead',
      atUsec: 1_795_434_204_601_947,
    });
    expect(callPaths.filter(({ result }) => result === 'signal').map((path) => [path.function, path.atUsec])).toEqual([
      ['service_enter_signal', 1_795_434_200_236_003],
    ]);
    for (const { frames } of callPaths) {
      expect(frames.map(({ reliable }) => reliable)).toEqual(frames.map((frame) => frame.function !== undefined));
      expect(frames.length).toBeGreaterThanOrEqual(4);
    }
  });
});

describe('the recording systemd-262-stap-no-debuginfo', () => {
  const observed = readScenario('systemd-262-stap-no-debuginfo');

  test('is read whole', () => {
    expect(ofKind(observed, 'discarded')).toEqual([]);
    expect(ofKind(observed, 'request').map(({ action, unit }) => [action, unit])).toEqual([
      ['start', undefined],
      ['stop', undefined],
      ['start', undefined],
    ]);
    expect(
      ofKind(observed, 'call-path').map((path) => [path.function, path.oldState, path.newState, path.frames.length]),
    ).toEqual([
      ['unit_notify', 'inactive', 'active', 7],
      ['unit_stop', undefined, undefined, 4],
      ['unit_notify', 'active', 'deactivating', 5],
      ['unit_notify', 'deactivating', 'inactive', 5],
      ['unit_notify', 'inactive', 'active', 7],
      ['unit_notify', 'active', 'failed', 5],
    ]);
    expect(ofKind(observed, 'call-path').map(({ atUsec }) => atUsec)).toEqual([
      undefined,
      1_795_432_133_496_202,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('has no frame to rely on', () => {
    expect(ofKind(observed, 'call-path').flatMap(({ frames }) => frames.filter(({ reliable }) => reliable))).toEqual([]);
  });
});

describe('the exploratory scripts', () => {
  const request = '1795434186669170 start_generic unit=a.service job_type=4 sender=- ucred_pid=199';

  test('are read where the line of the ancestry is missing or another process’s', () => {
    for (const next of [[], ['  bash(165)  systemd(1)'], [request]]) {
      const observed = readLines([request, ...next]);
      expect(observed[0]).toMatchObject({ kind: 'request', action: 'restart', unit: 'a.service' });
      expect(observed[0]).not.toHaveProperty('sender');
      expect(ofKind(observed, 'discarded')).toEqual([]);
    }
  });

  test('are read where a name has spaces and parentheses', () => {
    const observed = only(readLines([request, '  (sd-pam) x(199)  systemd(1)']));
    expect(observed).toMatchObject({ sender: { name: '(sd-pam) x', pid: 199 } });
  });

  test.each([
    [0, 'start'],
    [2, 'stop'],
    [3, 'reload'],
    [4, 'restart'],
    [6, 'try-restart'],
    [1, 'other'],
    [99, 'other'],
  ])('mean by job type %i %s', (type, action) => {
    expect(only(readLines([`method_start_generic jobtype=${type}`]))).toMatchObject({ kind: 'request', action });
  });

  test('mean nothing certain by a result above 8', () => {
    const line = (result: number) => `1795434186669170 service_enter_stop unit=a.service result=${result}`;
    expect(only(readLines([line(8)]))).toMatchObject({ result: 'start-limit-hit' });
    expect(only(readLines([line(9)]))).not.toHaveProperty('result');
  });

  test.each([
    '99999999999999999999 start_generic unit=a.service job_type=2 sender=- ucred_pid=1',
    '1795434186669170 start_generic unit=a/b job_type=2 sender=- ucred_pid=1',
    '1795434186669170 start_generic unit=a.service job_type=2 sender=me ucred_pid=1',
    '1795434186669170 signal sig=99 from=a(1) to=b(2)',
    '1795434186669170 signal sig=9 from=a(1) to=b(99999999999)',
    'unit_notify 9 -> 0',
  ])('are not believed in %j', (line) => {
    expect(only(readLines([line]))).toMatchObject({
      kind: 'discarded',
      reason: 'unreadable',
      origin: { file: 'stap.log', line: 1 },
    });
  });
});
