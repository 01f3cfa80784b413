import { stripCompilerSuffix } from '../../model/frame.ts';
import { isRealtimeUsec, type RealtimeUsec } from '../../model/time.ts';

/** systemd's unit names (src/basic/unit-name.c); the suffix is not asked for. */
export function parseUnitName(text: string): string | undefined {
  return /^[A-Za-z0-9:_.\\@-]{1,255}$/.test(text) ? text : undefined;
}

/** A number in decimal digits, within the bounds. */
export function integerBetween(least: number, most: number): (text: string) => number | undefined {
  return (text) => {
    if (!/^-?\d{1,16}$/.test(text)) return undefined;
    const value = Number(text);
    return value >= least && value <= most ? value : undefined;
  };
}

export const parsePid = integerBetween(0, 0x7fff_ffff);

export const parseSignal = integerBetween(1, 64);

export function parseUsec(text: string): RealtimeUsec | undefined {
  if (!/^\d{1,17}$/.test(text)) return undefined;
  const usec = Number(text);
  return isRealtimeUsec(usec) ? usec : undefined;
}

/** systemd's words for states, results, modes and job types. */
export function parseWord(text: string): string | undefined {
  return /^[a-z][a-z0-9-]{0,63}$/.test(text) ? text : undefined;
}

export function parseFunctionName(text: string): string | undefined {
  return /^[A-Za-z_][\w.]{0,254}$/.test(text) ? stripCompilerSuffix(text) || undefined : undefined;
}

export function parseBusName(text: string): string | undefined {
  return /^:\d{1,10}\.\d{1,20}$/.test(text) ? text : undefined;
}

/** A machine, boot or invocation id, with or without the dashes of a UUID. */
export function parseId128(text: string): string | undefined {
  const id = text.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(id) ? id : undefined;
}

export function parseCgroup(text: string): string | undefined {
  return text.startsWith('/') ? text : undefined;
}

export function parseText(text: string): string {
  return text;
}
