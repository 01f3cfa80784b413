/** Where it is kept over a restart what scrapers have seen: the incident log's positions. */
export interface ViewStore {
  /** What was saved last. */
  load(): string | undefined;
  save(text: string): void;
}

export interface SavedView {
  readonly name: string;
  readonly revealed: number;
  /** How many scrapers of that name kept coming. */
  readonly live: number;
}

/** In the order of their names, so that the same views are the same text. */
export function writeViews(views: readonly SavedView[]): string {
  const sorted = views.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return JSON.stringify(sorted.map(({ name, revealed, live }) => [name, revealed, live]));
}

/** What cannot be read counts as never saved: its scraper is met anew. */
export function readViews(saved: string | undefined): readonly SavedView[] {
  const value = parsed(saved ?? '[]');
  return Array.isArray(value) ? value.flatMap(readView) : [];
}

function readView(entry: unknown): SavedView | readonly [] {
  if (!Array.isArray(entry)) return [];
  const [name, revealed, live] = entry as readonly unknown[];
  return typeof name === 'string' && isCount(revealed) && isCount(live) ? { name, revealed, live } : [];
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
