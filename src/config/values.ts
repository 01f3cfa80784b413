import type { ListenPlace } from '../http/listen-place.ts';
import { withServiceSuffix } from '../model/unit.ts';
import type { Parsed, ParseValue } from './flag.ts';

const addressPattern = /^(?:\[(?<bracketed>[0-9A-Fa-f:.%\w]+)\]|(?<host>[^\s:/[\]]*)):(?<port>\d{1,5})$/;

/** `:19558`, `127.0.0.1:19558`, `[::1]:19558`, `unix:/run/stops.sock`. */
export function parseListenAddress(text: string): Parsed<ListenPlace> {
  if (text.startsWith('unix:')) return parseSocketPath(text.slice('unix:'.length));
  const { bracketed, host = bracketed, port } = addressPattern.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) > 65_535) {
    return { mistake: 'is no listen address such as ":19558", "127.0.0.1:19558", "[::1]:19558" or "unix:/run/stops.sock"' };
  }
  return { value: { port: Number(port), ...(host === '' ? {} : { host }) } };
}

/** The kernel takes no longer ones. */
const maxSocketPath = 107;

function parseSocketPath(path: string): Parsed<ListenPlace> {
  if (!path.startsWith('/') || path.includes('\0')) return { mistake: 'has no absolute path after "unix:"' };
  return Buffer.byteLength(path) > maxSocketPath ? { mistake: 'is too long for a unix socket' } : { value: { path } };
}

/** The path of the metrics. The other pages of the server keep theirs. */
export function parseUrlPath(text: string): Parsed<string> {
  if (!/^\/[A-Za-z0-9._~/-]*$/.test(text)) return { mistake: 'is no path such as "/metrics"' };
  if (/^\/(?:$|-\/|-$|incidents(?:\/|$))/.test(text)) return { mistake: 'is the path of another page' };
  return { value: text };
}

const unitMilliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
};

/** Milliseconds, written as Prometheus does: `300ms`, `1h30m`, `30d`. Longer than nothing. */
export function parseDuration(text: string): Parsed<number> {
  const isDuration = /^(?:\d{1,9}(?:ms|[smhdwy]))+$/.test(text);
  const parts = isDuration ? text.matchAll(/(?<count>\d+)(?<unit>ms|[smhdwy])/g) : [];
  let milliseconds = 0;
  for (const { groups } of parts) milliseconds += Number(groups?.['count']) * (unitMilliseconds[groups?.['unit'] ?? ''] ?? 0);
  if (milliseconds > 0 && Number.isSafeInteger(milliseconds)) return { value: milliseconds };
  return { mistake: 'is no duration such as "300ms", "1h30m" or "30d"' };
}

/** How long evidence may be waited for: timers hold no more than 24 days, and nobody waits for a minute. */
export function parseSettleTime(text: string): Parsed<number> {
  const duration = parseDuration(text);
  return 'value' in duration && duration.value > 60_000 ? { mistake: 'is longer than "1m"' } : duration;
}

const unitPowers = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes, written as Prometheus does: `512MB` is 512 × 1024². */
export function parseSize(text: string): Parsed<number> {
  const { count, unit } = /^(?<count>\d{1,9})(?<unit>B|[KMGT]B)$/.exec(text)?.groups ?? {};
  const bytes = Number(count) * 1024 ** unitPowers.indexOf(unit ?? '');
  if (bytes > 0 && Number.isSafeInteger(bytes)) return { value: bytes };
  return { mistake: 'is no size such as "64MB" or "1GB"' };
}

/** A regular expression that has to match the whole text, as exporters do. */
export function parsePattern(text: string): Parsed<RegExp> {
  try {
    // By itself first: "a)|(b" would be one only between our parentheses.
    new RegExp(text);
    return { value: new RegExp(`^(?:${text})$`) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(': ').at(-1) : undefined;
    return { mistake: `is no regular expression: ${reason ?? String(error)}` };
  }
}

/** A regular expression that matches anywhere, and never nothing. */
export function parseRedactPattern(text: string): Parsed<RegExp> {
  const parsed = parsePattern(text);
  if ('mistake' in parsed) return parsed;
  return parsed.value.test('') ? { mistake: 'matches what is not there' } : { value: new RegExp(text, 'g') };
}

export function parsePath(text: string): Parsed<string> {
  return text === '' || text.includes('\0') ? { mistake: 'is no path' } : { value: text };
}

/** A file that is followed: standard input cannot be. */
export function parseLogPath(text: string): Parsed<string> {
  return text === '-' ? { mistake: 'is no log that can be followed' } : parsePath(text);
}

export function parseUnit(text: string): Parsed<string> {
  if (!/^[A-Za-z0-9:_.\\@-]{1,255}$/.test(text)) return { mistake: 'is no unit such as "ssh.service"' };
  return { value: withServiceSuffix(text) };
}

/** One of a few words. */
export function parseChoice<const Word extends string>(words: readonly Word[]): ParseValue<Word> {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    return word === undefined
      ? { mistake: `is none of ${words.map((name) => JSON.stringify(name)).join(', ')}` }
      : { value: word };
  };
}

export function parseSwitch(text: string): Parsed<boolean> {
  return text === 'on' || text === 'off' ? { value: text === 'on' } : { mistake: 'is neither "on" nor "off"' };
}

/** Where a probe prints to. */
export type ProbeOutput =
  | { readonly kind: 'stdout' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'unix'; readonly path: string };

export function parseOutput(text: string): Parsed<ProbeOutput> {
  if (text === '-') return { value: { kind: 'stdout' } };
  const isSocket = text.startsWith('unix:');
  const path = parsePath(isSocket ? text.slice('unix:'.length) : text);
  return 'mistake' in path ? path : { value: { kind: isSocket ? 'unix' : 'file', path: path.value } };
}

/** A directory and part of names in the kernel. */
export function parseInstance(text: string): Parsed<string> {
  return /^[A-Za-z0-9_-]{1,40}$/.test(text) ? { value: text } : { mistake: 'is no name of letters, digits, "-" and "_"' };
}

export function parsePid(text: string): Parsed<number> {
  return /^[1-9]\d{0,6}$/.test(text) ? { value: Number(text) } : { mistake: 'is no process id' };
}
