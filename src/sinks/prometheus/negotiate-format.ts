import type { FormatName } from './metric-family.ts';

interface MediaRange {
  readonly type: string;
  readonly version: string | undefined;
  readonly quality: number;
}

/** Versions that mean the format we write; a range without a version means it too. */
const offers = {
  openmetrics: { type: 'application/openmetrics-text', version: '1.0.0' },
  text: { type: 'text/plain', version: '0.0.4' },
} as const satisfies Record<FormatName, { type: string; version: string }>;

/**
 * The format that an `Accept` header asks for (RFC 9110 §12.5.1). Where two are as welcome as each other the more
 * exactly named one wins, then the one named first. Whoever accepts neither gets the old text format, as scrapers expect.
 */
export function negotiateFormat(accept: string | undefined): FormatName {
  const ranges = (accept ?? '').slice(0, 4096).toLowerCase().split(',').map(parseRange);
  const openmetrics = bestMatch(ranges, 'openmetrics');
  const text = bestMatch(ranges, 'text');
  if (openmetrics.quality !== text.quality) return openmetrics.quality > text.quality ? 'openmetrics' : 'text';
  if (openmetrics.quality === 0) return 'text';
  if (openmetrics.exactness !== text.exactness) return openmetrics.exactness > text.exactness ? 'openmetrics' : 'text';
  return openmetrics.place < text.place ? 'openmetrics' : 'text';
}

interface Match {
  readonly quality: number;
  readonly exactness: number;
  readonly place: number;
}

const noMatch: Match = { quality: 0, exactness: -1, place: Number.POSITIVE_INFINITY };

/** The most exact range that covers the format decides its quality, not the kindest one. */
function bestMatch(ranges: readonly MediaRange[], format: FormatName): Match {
  let best = noMatch;
  for (const [place, range] of ranges.entries()) {
    const exactness = exactnessFor(range, offers[format]);
    if (exactness > best.exactness) best = { quality: range.quality, exactness, place };
  }
  return best;
}

/** 3 type and version, 2 type, 1 group, 0 anything, -1 does not cover it. */
function exactnessFor(range: MediaRange, offer: { readonly type: string; readonly version: string }): number {
  if (range.type === offer.type) {
    if (range.version === undefined) return 2;
    return range.version === offer.version ? 3 : -1;
  }
  if (range.type === '*/*') return 0;
  return range.type === `${offer.type.split('/')[0]}/*` ? 1 : -1;
}

function parseRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  const value = (name: string) =>
    parameters
      .find((parameter) => parameter.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .replaceAll('"', '');
  return { type, version: value('version'), quality: qualityOf(value('q')) };
}

/** A quality that is no number from 0 to 1 is a mistake of the client's, and no reason to refuse it. */
function qualityOf(text: string | undefined): number {
  if (text === undefined || !/^(?:0(?:\.\d*)?|1(?:\.0*)?)$/.test(text)) return 1;
  return Number(text);
}
