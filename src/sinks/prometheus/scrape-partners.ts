import type { RealtimeUsec } from '../../model/time.ts';

/** A connection on which a scraper comes again and again. */
export interface Partner {
  /** So many series were shown to it, at 0 or at their value. */
  readonly seen: number;
  readonly lastScrapeUsec: RealtimeUsec;
  /** Between its last two scrapes; undefined before the second. */
  readonly intervalUsec: number | undefined;
  /** From before our restart: it will come on a connection that we do not know. */
  readonly restored: boolean;
}

/** After a restart, how long those who scraped before it are waited for. */
const restoredIntervalUsec = 48_000_000;

export function restoredPartner(seen: number, now: RealtimeUsec): Partner {
  return { seen, lastScrapeUsec: now, intervalUsec: restoredIntervalUsec, restored: true };
}

/** One that misses two scrapes is gone. A clock that was set back makes everybody gone until their next scrape. */
export function isLive({ lastScrapeUsec, intervalUsec }: Partner, now: RealtimeUsec): boolean {
  const idleUsec = now - lastScrapeUsec;
  return intervalUsec !== undefined && idleUsec >= 0 && idleUsec <= 2.5 * intervalUsec;
}

/** A connection never seen before takes the place of one from before the restart, if there is one. */
export function partnerAfterScrape(
  partners: Map<string, Partner>,
  connection: string,
  { born, now }: { readonly born: number; readonly now: RealtimeUsec },
): Partner {
  const known = partners.get(connection);
  if (known !== undefined) return { seen: born, lastScrapeUsec: now, intervalUsec: now - known.lastScrapeUsec, restored: false };
  const [restoredId] = [...partners].find(([, { restored }]) => restored) ?? [];
  const intervalUsec = restoredId === undefined ? undefined : restoredIntervalUsec;
  if (restoredId !== undefined) partners.delete(restoredId);
  return { seen: born, lastScrapeUsec: now, intervalUsec, restored: false };
}

/** Puts an entry last and drops the one that was not used for longest. */
export function keepWithin<V>(map: Map<string, V>, key: string, value: V, limit: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > limit && oldest !== undefined) map.delete(oldest);
}
