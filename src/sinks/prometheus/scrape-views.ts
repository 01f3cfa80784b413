import type { RealtimeUsec } from '../../model/time.ts';
import { isLive, keepWithin, type Partner, partnerAfterScrape, restoredPartner } from './scrape-partners.ts';
import { readViews, writeViews } from './view-store.ts';

/** Who scrapes, as well as HTTP can tell. */
export interface Scraper {
  /** Address and User-Agent. */
  readonly name: string;
  /** The connection (its remote port): tells two scrapers of one name apart. */
  readonly connection?: string;
}

/** What there is to show. Series are numbered in the order of their birth. */
export interface Births {
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
  /** So many series were shown at 0 to all of them, and may be shown at their value. Never falls. */
  revealed: number;
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
  const views = new Map<string, View>();
  for (const { name, revealed, partners } of readViews(saved).slice(-maxNames)) {
    const expected = Array.from({ length: Math.min(partners, maxConnections) }, (_, index) => `restored ${index}`);
    views.set(name, { revealed, partners: new Map(expected.map((id) => [id, restoredPartner(revealed, startedAtUsec)])) });
  }
  let lastSaved = writeViews([]);
  return {
    open(scraper, { born, settled }, now) {
      const view = views.get(scraper.name) ?? { revealed: settled(), partners: new Map<string, Partner>() };
      keepWithin(views, scraper.name, view, maxNames);
      const atValue = Math.min(view.revealed, born);
      const connection = scraper.connection ?? '';
      keepWithin(view.partners, connection, partnerAfterScrape(view.partners, connection, { born, now }), maxConnections);
      view.revealed = Math.max(atValue, seenByAll(view.partners, born, now));
      return atValue;
    },
    takeUnsaved() {
      const text = writeViews([...views].map(([name, view]) => ({ name, revealed: view.revealed, partners: steady(view) })));
      if (text === lastSaved) return undefined;
      lastSaved = text;
      return text;
    },
  };
}

/** Somebody who came once may never come again, and nobody waits for him. */
function seenByAll(partners: ReadonlyMap<string, Partner>, born: number, now: RealtimeUsec): number {
  const awaited = [...partners.values()].filter((partner) => isLive(partner, now));
  return Math.min(born, ...awaited.map(({ seen }) => seen));
}

function steady({ partners }: View): number {
  return [...partners.values()].filter(({ intervalUsec }) => intervalUsec !== undefined).length;
}
