import type { RealtimeUsec } from '../../model/time.ts';

/** A connection of a scraper. */
export interface Partner {
  /** So many series were shown to it, at 0 or at their value. */
  readonly seen: number;
  readonly lastScrapeUsec: RealtimeUsec;
  /** How long it is waited for after that scrape. */
  readonly patienceUsec: number;
  /** From before our restart: it will come on a connection that we do not know. */
  readonly restored: boolean;
}

/** Who was there before our restart, and a server that has just begun, is waited for so long. */
const firstPatienceUsec = 120_000_000;

/** One that misses two scrapes is gone. */
const missedIntervals = 2.5;

export function restoredPartner(seen: number, now: RealtimeUsec): Partner {
  return { seen, lastScrapeUsec: now, patienceUsec: firstPatienceUsec, restored: true };
}

export interface PartnerScrape {
  readonly connection: string;
  readonly isServer: boolean;
  readonly born: number;
  readonly now: RealtimeUsec;
}

/**
 * A connection never seen before takes the place of one from before the restart, if there is one. Else it is waited
 * for where a server is behind it: a person may never come again.
 */
export function partnerAfterScrape(partners: Map<string, Partner>, { connection, isServer, born, now }: PartnerScrape): Partner {
  const scraped = { seen: born, lastScrapeUsec: now, restored: false };
  const known = partners.get(connection);
  if (known !== undefined) return { ...scraped, patienceUsec: missedIntervals * (now - known.lastScrapeUsec) };
  const [restoredId] = [...partners].find(([, { restored }]) => restored) ?? [];
  if (restoredId !== undefined) partners.delete(restoredId);
  return { ...scraped, patienceUsec: isServer || restoredId !== undefined ? firstPatienceUsec : -1 };
}

/** Those that can be expected to come again. A clock that was set back makes everybody gone until their next scrape. */
export function awaitedPartners(partners: Iterable<Partner>, now: RealtimeUsec): readonly Partner[] {
  return [...partners].filter(({ lastScrapeUsec, patienceUsec }) => {
    const idleUsec = now - lastScrapeUsec;
    return idleUsec >= 0 && idleUsec <= patienceUsec;
  });
}
