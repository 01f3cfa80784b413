import { describeError } from '../logger.ts';
import type { KernelRow } from './kernel-events.ts';
import type { Tracefs } from './tracefs/tracefs.ts';

export interface EnabledEvents {
  /** What can be told now: all events that it takes are on. */
  readonly shows: ReadonlySet<KernelRow['shows']>;
  readonly problems: readonly string[];
}

/** Switches on what this kernel has of its own events: each is tried, none is needed. */
export function enableKernelEvents(tracefs: Tracefs, instance: string, rows: readonly KernelRow[]): EnabledEvents {
  const problems: string[] = [];
  const missing = rows.filter((row) => {
    const directory = `instances/${instance}/events/${row.system}/${row.event}`;
    try {
      if (row.filter !== '') tracefs.write(`${directory}/filter`, row.filter);
      tracefs.write(`${directory}/enable`, '1');
      return false;
    } catch (error) {
      problems.push(describeError(error));
      return true;
    }
  });
  const shows = rows.map((row) => row.shows).filter((sight) => missing.every((row) => row.shows !== sight));
  return { shows: new Set(shows), problems };
}
