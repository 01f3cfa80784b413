import { describe, expect, test } from 'vitest';
import { systemdBuilds } from '../../src/probe/struct-offsets.ts';
import { UnitChanges } from '../../src/probe/unit-changes.ts';
import { active, began, beginsToStop, changed, mainEnded, state } from './sample-events.ts';

function changes(): UnitChanges {
  const states = systemdBuilds[1]?.states ?? [];
  return new UnitChanges({ realtimeOf: (clockUsec) => clockUsec + 1_000_000, module: '/usr/lib/libsystemd-core-252.so', states });
}

describe('UnitChanges', () => {
  test('tells the functions that PID 1 was in, innermost first, as reliable frames without an offset', () => {
    expect(changes().accept(beginsToStop, [began('service_stop')])).toEqual({
      kind: 'call-path',
      atUsec: 1_001_000,
      unit: 'sleepy.service',
      function: 'unit_notify',
      frames: [
        { function: 'unit_notify', offset: 0, module: '/usr/lib/libsystemd-core-252.so', reliable: true },
        { function: 'service_stop', offset: 0, module: '/usr/lib/libsystemd-core-252.so', reliable: true },
      ],
      result: 'success',
      oldState: 'active',
      newState: 'stop-sigterm',
      mainPid: 103,
    });
  });

  test('tells how the main process ended, and its pid, which PID 1 has forgotten by then', () => {
    const failed = changed({
      oldActive: active.active,
      newActive: active.failed,
      newState: state('failed'),
      result: 5,
      mainPid: 0,
    });
    expect(changes().accept(failed, [mainEnded(2, 9)])).toMatchObject({
      result: 'signal',
      newState: 'failed',
      mainPid: 103,
      exit: { code: 'killed', status: 9 },
    });
  });

  test('does not take the end of another process for the main one’s', () => {
    const failed = changed({ oldActive: active.activating, newActive: active.failed, newState: state('failed'), result: 4 });
    const other = began('service_sigchld_event', { mainPid: 103, child: { pid: 104, code: 1, status: 3 } });
    expect(changes().accept(failed, [other])).not.toHaveProperty('exit');
  });

  test('remembers the state a service was in, also one its unit has no word for', () => {
    const seen = changes();
    seen.accept(changed({ oldActive: active.failed, newActive: active.activating, newState: state('auto-restart') }), []);
    const stopped = changed({ oldActive: active.activating, newActive: active.inactive, newState: state('dead') });
    expect(seen.accept(stopped, [began('service_stop')])).toMatchObject({ oldState: 'auto-restart', newState: 'dead' });
  });

  test('knows the state before from the call, where the change is the first it sees', () => {
    const stopped = changed({ oldActive: active.activating, newActive: active.inactive, newState: state('dead') });
    const call = began('service_stop', { state: state('auto-restart') });
    expect(changes().accept(stopped, [call])).toMatchObject({ oldState: 'auto-restart' });
  });

  test('tells each step of a stop once', () => {
    const seen = changes();
    seen.accept(beginsToStop, []);
    const killed = changed({ oldActive: active.deactivating, newActive: active.deactivating, newState: state('stop-sigkill') });
    expect(seen.accept(killed, [])).toMatchObject({ oldState: 'stop-sigterm', newState: 'stop-sigkill' });
    expect(seen.accept(killed, [])).toBeUndefined();
  });

  test('believes what PID 1 hands over, not a state that contradicts it', () => {
    const odd = changed({ oldActive: active.active, newActive: active.deactivating, newState: state('running') });
    expect(changes().accept(odd, [])).toMatchObject({ oldState: 'active', newState: 'deactivating' });
  });

  test('knows that a Type=idle service is called active while it starts', () => {
    const starts = changed({ oldActive: active.inactive, newActive: active.active, newState: state('start') });
    expect(changes().accept(starts, [])).toMatchObject({ newState: 'active' });
  });

  test('reads a probe that only has the numbers of the service’s states', () => {
    const set = changed({ function: 'service_set_state', oldState: state('running'), newState: state('failed'), result: 5 });
    expect(changes().accept(set, [])).toMatchObject({ function: 'service_set_state', oldState: 'active', newState: 'failed' });
  });

  test('says nothing of a stop that had begun before it came, and all of the next one', () => {
    const seen = changes();
    const dead = changed({ oldActive: active.deactivating, newActive: active.inactive, newState: state('dead') });
    expect(seen.accept(dead, [mainEnded(1, 0)])).toBeUndefined();
    expect(
      seen.accept(changed({ oldActive: active.inactive, newActive: active.active, newState: state('running') }), []),
    ).toBeDefined();
    expect(seen.accept(beginsToStop, [])).toBeDefined();
    expect(seen.accept(dead, [])).toBeDefined();
  });

  test('says nothing while PID 1 reads its own state back after a reload', () => {
    const back = changed({ oldActive: active.inactive, newActive: active.active, newState: state('running') });
    expect(changes().accept(back, [began('service_coldplug')])).toBeUndefined();
  });

  test.each([
    ['a unit that is no service', changed({ unit: 'basic.target', newActive: active.active })],
    ['a change without a state', changed({})],
    ['a number that is no state', changed({ newActive: 99, newState: 99 })],
  ])('says nothing of %s', (_, change) => {
    expect(changes().accept(change, [])).toBeUndefined();
  });
});
