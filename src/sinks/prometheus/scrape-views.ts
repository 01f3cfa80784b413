import type { RealtimeUsec } from '../../model/time.ts';
import { awaitedPartners, type Partner, partnerAfterScrape, restoredPartner } from './scrape-partners.ts';
import { readViews, type SavedView, writeViews } from './view-store.ts';

/** Who scrapes, as well as HTTP can tell. */
export interface Scraper {
  /** Address and User-Agent. */
  readonly name: string;
  /** The connection (its remote port): tells two scrapers of one name apart. */
  readonly connection?: string;
  /** A server that keeps coming: it sends `X-Prometheus-Scrape-Timeout-Seconds`. A person does not. */
  readonly isServer?: boolean;
}

/** What there is to show. Series are numbered in the order of their birth. */
interface Births {
  /** How many series there are. */
  readonly born: number;
  /** How many of them a scraper never met before gets at their value. */
  readonly settled: () => number;
}

export interface ScrapeViews {
  /** How many series, from the first on, this scraper gets at their value; it gets the others at 0. */
  open(scraper: Scraper, births: Births, now: RealtimeUsec): number;
  /** What is to be saved since the last call; undefined where nothing changed. It is to be saved before the next scrape. */
  takeUnsaved(): string | undefined;
}

/** What the scrapers of one name have seen. */
interface View {
  /** So many series were shown at 0 to all of them, and may be shown at their value from the next scrape on. Never falls. */
  revealed: number;
  /** How many of them keep coming. */
  live: number;
  readonly partners: Map<string, Partner>;
}

const maxNames = 64;
const maxConnections = 16;

/**
 * The two-step birth of a series: each scraper gets it at 0 first, because `increase()` cannot see a series that
 * begins at 1. Names do not wait for each other; connections of one name do, since after a restart nobody can
 * tell which of them had seen what.
 */
export function createScrapeViews(saved: string | undefined, startedAtUsec: RealtimeUsec): ScrapeViews {
  const views = new Map(
    readViews(saved)
      .slice(0, maxNames)
      .map((view) => [view.name, restoredView(view, startedAtUsec)]),
  );
  let lastSaved = saved ?? writeViews([]);
  return {
    open(scraper, births, now) {
      const { born } = births;
      const view = views.get(scraper.name) ?? { revealed: births.settled(), live: 0, partners: new Map<string, Partner>() };
      keepWithin(views, scraper.name, view, maxNames);
      const atValue = Math.min(view.revealed, born);
      const { connection = '', isServer = false } = scraper;
      const partner = partnerAfterScrape(view.partners, { connection, isServer, born, now });
      keepWithin(view.partners, connection, partner, maxConnections);
      const awaited = awaitedPartners(view.partners.values(), now);
      view.revealed = Math.max(atValue, Math.min(born, ...awaited.map(({ seen }) => seen)));
      view.live = awaited.length;
      return atValue;
    },
    takeUnsaved() {
      const text = writeViews([...views].map(([name, { revealed, live }]) => ({ name, revealed, live })));
      if (text === lastSaved) return undefined;
      lastSaved = text;
      return text;
    },
  };
}

function restoredView({ revealed, live }: SavedView, startedAtUsec: RealtimeUsec): View {
  const expected = Array.from({ length: Math.min(live, maxConnections) }, (_, index) => `before the restart ${index}`);
  return { revealed, live, partners: new Map(expected.map((id) => [id, restoredPartner(revealed, startedAtUsec)])) };
}

/** Puts an entry last and drops the one that was not used for longest. */
function keepWithin<V>(map: Map<string, V>, key: string, value: V, limit: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > limit && oldest !== undefined) map.delete(oldest);
}
