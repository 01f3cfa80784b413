import { describe, expect, test } from 'vitest';
import type { CallPath, Evidence, JournalEntry, UnitState } from '../../src/model/evidence.ts';
import { planSpans } from '../../src/trace/plan-spans.ts';
import { sampleIncident } from '../support/sample-incident.ts';

const startUsec = 1_600_766_128_000_000;
const unit = 'ovs-vswitchd.service';

function state(after: number, activeState: string, subState: string, more: Partial<UnitState> = {}): UnitState {
  return { kind: 'unit-state', source: 'dbus', raw: '', unit, activeState, subState, atUsec: startUsec + after, ...more };
}

function call(after: number, more: Partial<CallPath>): CallPath {
  return { kind: 'call-path', source: 'stap', raw: '', unit, frames: [], atUsec: startUsec + after, ...more };
}

function stopping(after: number): JournalEntry {
  return { kind: 'journal', source: 'journal', raw: '', event: 'stopping', message: 'Stopping', atUsec: startUsec + after };
}

/** Each state with its beginning and end in µs after the beginning of the stop, which lasts 1 s. */
function states(evidence: readonly Evidence[]): readonly (readonly [string, number, number])[] {
  const spans = planSpans(sampleIncident({ incident: { evidence, endedAtUsec: startUsec + 1_000_000 } }));
  return spans
    .filter(({ role }) => role === 'state')
    .map(({ name, startUsec: begin, endUsec }) => [name, begin - startUsec, endUsec - startUsec]);
}

describe('stateSpans', () => {
  test('gives each state the time until the next', () => {
    expect(
      states([
        state(100, 'deactivating', 'stop'),
        state(300, 'deactivating', 'stop-sigterm'),
        state(900_300, 'deactivating', 'stop-sigkill'),
        state(1_000_000, 'failed', 'failed'),
      ]),
    ).toEqual([
      ['deactivating (stop)', 100, 300],
      ['deactivating (stop-sigterm)', 300, 900_300],
      ['deactivating (stop-sigkill)', 900_300, 1_000_000],
    ]);
  });

  test('reads a state that was never announced from the timestamps of the next', () => {
    const stamps = { activeExitedAtUsec: startUsec + 50, inactiveEnteredAtUsec: startUsec + 700 };
    expect(states([state(900, 'inactive', 'dead', stamps)])).toEqual([['deactivating', 50, 700]]);
  });

  test('shows none where the unit fell from active to failed at once', () => {
    const stamps = { activeExitedAtUsec: startUsec + 50, inactiveEnteredAtUsec: startUsec + 50 };
    expect(states([state(50, 'failed', 'failed', stamps)])).toEqual([]);
  });

  test('does not take the timestamps of an earlier stop for this one', () => {
    const stamps = { activeExitedAtUsec: startUsec - 5_000_000, inactiveEnteredAtUsec: startUsec - 4_000_000 };
    expect(states([state(100, 'deactivating', 'stop', stamps)])).toEqual([['deactivating (stop)', 100, 1_000_000]]);
  });

  test('joins what several witnesses say of one state', () => {
    const seen = [call(10, { function: 'service_enter_stop' }), stopping(400), state(300, 'deactivating', 'stop-sigterm')];
    expect(states(seen)).toEqual([['deactivating (stop-sigterm)', 10, 1_000_000]]);
  });

  test('reads the service states of a call path', () => {
    expect(states([call(10, { newState: 'stop-sigterm' }), call(600, { newState: 'dead' })])).toEqual([
      ['deactivating (stop-sigterm)', 10, 600],
    ]);
  });

  test('ends with the stop, however much longer that is drawn', () => {
    const evidence = [state(2, 'deactivating', 'stop')];
    const spans = planSpans(sampleIncident({ incident: { evidence, endedAtUsec: startUsec + 5 } }));
    expect(spans.find(({ role }) => role === 'state')).toMatchObject({
      startUsec: startUsec + 2,
      endUsec: startUsec + 5,
      seenUsec: 3,
    });
  });

  test('draws no state whose end nobody saw', () => {
    const { endedAtUsec: _, ...incident } = sampleIncident().incident;
    const seen = (evidence: readonly Evidence[]) =>
      planSpans({ ...sampleIncident(), incident: { ...incident, evidence } })
        .filter(({ role }) => role === 'state')
        .map(({ name, startUsec: begin, endUsec }) => [name, begin - startUsec, endUsec - startUsec]);
    expect(seen([call(0, { function: 'service_enter_stop' })])).toEqual([]);
    expect(seen([state(100, 'deactivating', 'stop'), state(90_000_100, 'deactivating', 'stop-sigkill')])).toEqual([
      ['deactivating (stop)', 100, 90_000_100],
    ]);
  });

  test('does not draw the wait for the automatic restart', () => {
    expect(states([state(100, 'deactivating', 'stop'), state(200, 'activating', 'auto-restart')])).toEqual([
      ['deactivating (stop)', 100, 200],
    ]);
  });

  test.each(['constructor', '__proto__', 'toString', ''])('ignores the word %j, which is not a state', (word) => {
    expect(states([call(10, { newState: word }), state(20, word, word)])).toEqual([]);
  });
});
