import type { RealtimeUsec } from '../model/time.ts';
import { systemd } from './attribute-names.ts';
import { spanIdOf } from './ids.ts';
import type { PlannedSpan } from './planned-span.ts';
import { boundedList, traceBounds } from './trace-bounds.ts';

/** A span without its place: one level of a nest. */
export interface Level {
  /** Unique within the trace; the span id is made of it. */
  readonly key: string;
  readonly role: PlannedSpan['role'];
  readonly name: string;
  readonly attributes: PlannedSpan['attributes'];
}

/** Long chains keep both ends; the middle becomes one level that names what it hides. */
export function foldLevels(levels: readonly Level[]): readonly Level[] {
  const { chain, chainHead, listLength } = traceBounds;
  const first = levels[chainHead];
  if (levels.length <= chain || first === undefined) return levels;
  const tail = levels.slice(levels.length - (chain - chainHead - 1));
  const hidden = levels.slice(chainHead, levels.length - tail.length);
  const fold: Level = {
    key: `${first.key} and more`,
    role: first.role,
    name: `… ${hidden.length} more`,
    attributes: {
      [systemd.foldedCount]: hidden.length,
      [systemd.foldedNames]: boundedList(hidden.slice(0, listLength).map(({ name }) => name)),
    },
  };
  return [...levels.slice(0, chainHead), fold, ...tail];
}

/**
 * Each level within the one before it, outermost first, in steps of 1 µs from one instant on: the chain shares
 * that instant, and Jaeger's axis is left to the durations that are real.
 */
export function nestLevels(
  levels: readonly Level[],
  root: PlannedSpan,
  startUsec: RealtimeUsec,
  traceId: string,
): readonly PlannedSpan[] {
  const endUsec = startUsec + levels.length;
  const spans: PlannedSpan[] = [];
  for (const [depth, { key, role, name, attributes }] of levels.entries()) {
    spans.push({
      spanId: spanIdOf(traceId, key),
      parentSpanId: (spans.at(-1) ?? root).spanId,
      name,
      role,
      startUsec: startUsec + depth,
      endUsec,
      attributes,
      events: [],
      links: [],
    });
  }
  return spans;
}
