import type { RealtimeUsec } from '../../model/time.ts';
import type { PlannedSpan } from '../../trace/planned-span.ts';
import { durationText } from '../time-text.ts';

/** The scale of a waterfall. */
export interface TimeAxis {
  readonly startUsec: RealtimeUsec;
  /** Never 0. */
  readonly lengthUsec: number;
  /** None where the axis shows an order only: nobody saw how long the stop took, or it was shorter than its steps. */
  readonly ticks: readonly Tick[];
}

interface Tick {
  readonly percent: number;
  readonly label: string;
}

/** Where a bar stands, in percent of the axis. */
export interface Bar {
  readonly x: number;
  readonly width: number;
}

/** Ancestry and frames are steps of 1 µs: without a least width nobody would see them. */
const leastWidth = 0.5;

export function timeAxis(spans: readonly PlannedSpan[]): TimeAxis {
  const startUsec = Math.min(...spans.map((span) => span.startUsec));
  const lengthUsec = Math.max(...spans.map((span) => span.endUsec - startUsec), 1);
  const isToScale = spans.some((span) => span.startUsec + (span.seenUsec ?? 0) >= startUsec + lengthUsec);
  return { startUsec, lengthUsec, ticks: isToScale ? ticksOf(lengthUsec) : [] };
}

export function barOf(axis: TimeAxis, startUsec: RealtimeUsec, endUsec: RealtimeUsec): Bar {
  const x = Math.min(positionOf(axis, startUsec), 100 - leastWidth);
  const width = Math.max(positionOf(axis, endUsec) - x, leastWidth);
  return { x, width: rounded(width) };
}

/** Percent of the axis; what lies outside stands at its edge. */
export function positionOf({ startUsec, lengthUsec }: TimeAxis, usec: RealtimeUsec): number {
  return rounded(Math.min(Math.max(((usec - startUsec) / lengthUsec) * 100, 0), 100));
}

const minute = 60_000_000;
const steps: readonly number[] = [
  ...[1, 10, 100, 1000, 10_000, 100_000, 1_000_000].flatMap((unit) => [unit, 2 * unit, 5 * unit]),
  ...[10_000_000, 15_000_000, 30_000_000],
  ...[1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440].map((minutes) => minutes * minute),
];

const mostTicks = 4;

/** Round times, at most four after the zero; one tick at the end where even the widest step is too narrow. */
function ticksOf(lengthUsec: number): readonly Tick[] {
  const step = steps.find((candidate) => lengthUsec / candidate <= mostTicks) ?? lengthUsec;
  return Array.from({ length: Math.floor(lengthUsec / step) + 1 }, (_, index) => ({
    percent: rounded(((index * step) / lengthUsec) * 100),
    label: index === 0 ? '0' : durationText(index * step),
  }));
}

function rounded(percent: number): number {
  return Math.round(percent * 1000) / 1000;
}
