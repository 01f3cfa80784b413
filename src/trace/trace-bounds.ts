/** Jaeger's name column starves beyond about 15 levels, a reader beyond about 60 rows. */
export const traceBounds = {
  depth: 15,
  spans: 60,
  /** Processes, or frames, below the span that groups them: depth − the root − the group. */
  chain: 13,
  /** Of a folded chain, shown from the outermost on; the rest of the chain is shown from the innermost on. */
  chainHead: 4,
  states: 16,
  /** Below the SDK's default limit of 128. */
  events: 100,
  eventsHead: 60,
  details: 40,
  nameLength: 120,
  textLength: 1024,
  listLength: 64,
} as const;

/** Cut at a length, marked, and without half characters: a collector refuses what is not UTF-8. */
export function boundedText(text: string, length: number = traceBounds.textLength): string {
  return (text.length > length ? `${text.slice(0, length - 1)}…` : text).toWellFormed();
}

export function boundedName(name: string): string {
  return boundedText(name, traceBounds.nameLength);
}

export function boundedList(items: readonly string[]): readonly string[] {
  return items.slice(0, traceBounds.listLength).map((item) => boundedText(item));
}
