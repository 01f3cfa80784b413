import type { Evidence, UnitState } from '../model/evidence.ts';
import type { Incident } from '../model/incident.ts';
import type { RealtimeUsec } from '../model/time.ts';
import { systemd } from './attribute-names.ts';
import { spanIdOf } from './ids.ts';
import type { PlannedSpan } from './planned-span.ts';
import { isAtRest, type State, stateEnteredBy, stateOf, stateOfWord } from './service-states.ts';
import { boundedName, boundedText, traceBounds } from './trace-bounds.ts';

interface Transition {
  readonly atUsec: RealtimeUsec;
  readonly state: State;
}

/**
 * One span for each state the unit was in between the beginning of the stop and its end, with its real duration:
 * a state whose end nobody saw has none.
 */
export function stateSpans({ evidence, traceId, endedAtUsec }: Incident, root: PlannedSpan): readonly PlannedSpan[] {
  const seen = evidence
    .flatMap(transitionsOf)
    .filter(({ atUsec }) => atUsec >= root.startUsec && atUsec <= (endedAtUsec ?? root.endUsec))
    .sort((one, other) => one.atUsec - other.atUsec);
  const transitions = joinSame(seen);
  return transitions
    .map((transition, index) => ({ ...transition, endUsec: transitions[index + 1]?.atUsec ?? endedAtUsec ?? transition.atUsec }))
    .filter(({ state, atUsec, endUsec }) => !isAtRest(state) && endUsec > atUsec)
    .slice(0, traceBounds.states)
    .map(({ state, atUsec, endUsec }, index) => ({
      spanId: spanIdOf(traceId, `state ${index}`),
      parentSpanId: root.spanId,
      name: stateName(state),
      role: 'state',
      startUsec: atUsec,
      endUsec,
      seenUsec: endUsec - atUsec,
      attributes: {
        [systemd.activeState]: state.active,
        ...(state.sub !== undefined && { [systemd.subState]: boundedText(state.sub) }),
      },
      events: [],
      links: [],
    }));
}

export function stateName({ active, sub }: State): string {
  return boundedName(sub === undefined ? active : `${active} (${sub})`);
}

/** Two witnesses of one state, of whom one knows less, are one state. */
function joinSame(seen: readonly Transition[]): readonly Transition[] {
  const joined: Transition[] = [];
  for (const next of seen) {
    const last = joined.at(-1);
    const { active, sub } = next.state;
    if (last === undefined || last.state.active !== active) joined.push(next);
    else if (last.state.sub === undefined) joined[joined.length - 1] = { atUsec: last.atUsec, state: next.state };
    else if (sub !== undefined && sub !== last.state.sub) joined.push(next);
  }
  return joined;
}

function transitionsOf(evidence: Evidence): readonly Transition[] {
  switch (evidence.kind) {
    case 'unit-state':
      return ofUnitState(evidence);
    case 'call-path': {
      const state = evidence.newState === undefined ? stateEnteredBy(evidence.function ?? '') : stateOfWord(evidence.newState);
      return at(evidence.atUsec, state);
    }
    case 'journal':
      return evidence.event === 'stopping' ? at(evidence.atUsec, { active: 'deactivating' }) : [];
    default:
      return [];
  }
}

/** systemd coalesces: where `deactivating` was never announced, its timestamps still tell of it. */
function ofUnitState(state: UnitState): readonly Transition[] {
  return [
    ...at(state.activeExitedAtUsec, { active: 'deactivating' }),
    ...at(state.inactiveEnteredAtUsec, { active: 'inactive' }),
    ...at(state.stateChangedAtUsec ?? state.atUsec, stateOf(state.activeState, state.subState)),
  ];
}

function at(atUsec: RealtimeUsec | undefined, state: State | undefined): readonly Transition[] {
  return atUsec === undefined || state === undefined ? [] : [{ atUsec, state }];
}
