import { durationText } from '../time-text.ts';

/** `+1.5 s`, `−20 ms`; with the minus that is as wide as the plus. */
export function offsetText(usec: number): string {
  return usec < 0 ? `−${durationText(-usec)}` : `+${durationText(usec)}`;
}
