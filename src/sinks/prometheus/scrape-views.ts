/** Who scrapes, as well as HTTP can tell. */
export interface Scraper {
  /** Address and User-Agent. */
  readonly name: string;
  /** The connection (its remote port): tells two scrapers of one name apart while both keep theirs open. */
  readonly connection?: string;
}

/** Where what scrapers have seen is kept across restarts: the incident log's positions. */
export interface ViewStore {
  /** What was saved last. */
  load(): string | undefined;
  save(text: string): void;
}

export interface ScrapeViews {
  /**
   * The number of series, in the order of their birth, that this scraper gets at their value; it gets the others
   * at 0. `born` is how many there are, `settled` how many a scraper never met before gets at their value.
   */
  open(scraper: Scraper, born: number, settled: () => number): number;
  /** What is to be saved since the last call; undefined where nothing changed. */
  takeUnsaved(): string | undefined;
}

/** What one scraper has seen: all series born before this number, at least at 0. */
interface View {
  seen: number;
  readonly connections: Map<string, number>;
}

const maxNames = 64;
const maxConnections = 16;

/** See docs/decisions: why a counter is born twice. State is one number for each scraper and each connection. */
export function createScrapeViews(saved: string | undefined): ScrapeViews {
  const views = new Map<string, View>(
    restoredViews(saved).map(([name, seen]) => [name, { seen, connections: new Map<string, number>() }]),
  );
  let unsaved = false;
  return {
    open(scraper, born, settled) {
      const view = views.get(scraper.name) ?? { seen: settled(), connections: new Map<string, number>() };
      const connection = scraper.connection ?? '';
      // A connection not seen before goes on where its name is: after a reconnect, value must not fall back to 0.
      const atValue = Math.min(view.connections.get(connection) ?? view.seen, born);
      unsaved ||= view.seen < born || !views.has(scraper.name);
      view.seen = born;
      touch(view.connections, connection, born, maxConnections);
      touch(views, scraper.name, view, maxNames);
      return atValue;
    },
    takeUnsaved() {
      if (!unsaved) return undefined;
      unsaved = false;
      return JSON.stringify([...views].map(([name, { seen }]) => [name, seen]));
    },
  };
}

/** Puts an entry last and drops the one that was not used for longest. */
function touch<V>(map: Map<string, V>, key: string, value: V, limit: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > limit && oldest !== undefined) map.delete(oldest);
}

/** What cannot be read counts as never saved: scrapers are met anew. */
function restoredViews(saved: string | undefined): readonly (readonly [string, number])[] {
  const value = parsed(saved ?? '[]');
  if (!Array.isArray(value)) return [];
  return value.slice(-maxNames).flatMap((entry: unknown) => {
    if (!Array.isArray(entry)) return [];
    const [name, seen] = entry as readonly unknown[];
    return typeof name === 'string' && typeof seen === 'number' && seen >= 0 ? [[name, seen] as const] : [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
