import { setTimeout as delay } from 'node:timers/promises';

/**
 * Scrapes until so many units show a stop, or for so long; prints when each was first seen, in µs since 1970, as JSON.
 * Arguments: units, seconds, ms between scrapes.
 */
const [wanted, seconds, everyMs] = process.argv.slice(2).map(Number);
const seen: Record<string, number> = {};
const deadline = Date.now() + (seconds ?? 0) * 1000;
while (Object.keys(seen).length < (wanted ?? 0) && Date.now() < deadline) {
  const response = await fetch('http://127.0.0.1:19558/metrics');
  const text = await response.text();
  const atUsec = (performance.timeOrigin + performance.now()) * 1000;
  for (const [, name = ''] of text.matchAll(/^systemd_unit_stops_total\{name="(service-\d+\.service)".*\} [1-9]/gm))
    seen[name] ??= atUsec;
  await delay(everyMs);
}
console.log(JSON.stringify(seen));
