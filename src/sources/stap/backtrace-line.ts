import { stripCompilerSuffix } from '../../model/frame.ts';
import { readOnce } from '../read-once.ts';

/** A frame as systemtap prints it, before it is decided whether its symbol can be trusted. */
export interface UnjudgedFrame {
  readonly function?: string;
  /** Bytes from the start of the function, or of the module where there is no function. */
  readonly offset?: number;
  readonly size?: number;
  readonly module?: string;
  /** The symbol is a local one: the compiler's suffix was on it. */
  readonly isLocal: boolean;
  /** systemtap found the address by searching the stack, not by unwinding it. */
  readonly isInexact: boolean;
}

/** ` 0xADDRESS : SYMBOL+0xOFFSET/0xSIZE [MODULE]`, every part after the address optional (systemtap runtime/sym.c). */
const linePattern =
  /^[ \t]*0x[0-9a-f]{1,16}(?: : (?<symbol>[^\s+[\]]+)(?:\+(?<offset>0x[0-9a-f]+|0)(?:\/(?<size>0x[0-9a-f]+|0))?)?)?(?: \[(?<place>.*)\])?(?<inexact> \(inexact\))?\s*$/i;

/** Where there is no symbol the brackets hold the place in the module: `MODULE+0xOFFSET/0xSIZE`. */
const placePattern = /^(?<module>.*)\+(?<offset>0x[0-9a-f]+|0)\/(?:0x[0-9a-f]+|0)$/i;

/** PATH_MAX and room for the rest; what is longer is no frame. */
const longestLine = 4352;

/** Reads one line of print_ubacktrace(); undefined where it is something else. */
export const parseBacktraceLine = readOnce(1024, readBacktraceLine);

function readBacktraceLine(line: string): UnjudgedFrame | undefined {
  const groups = line.length > longestLine ? undefined : linePattern.exec(line)?.groups;
  if (groups === undefined) return undefined;
  const isInexact = groups['inexact'] !== undefined;
  const place = groups['place'] ?? '';
  const versioned = groups['symbol'] ?? '';
  const symbol = versioned.replace(/(?<=.)@.*$/, '');
  const name = stripCompilerSuffix(symbol);
  if (name === '') return { ...unnamedPlace(place), isLocal: false, isInexact };
  const offset = hexadecimal(groups['offset']);
  const size = hexadecimal(groups['size']);
  return {
    function: name,
    ...(offset === undefined ? {} : { offset }),
    ...(size === undefined ? {} : { size }),
    ...(place === '' ? {} : { module: place }),
    isLocal: name !== symbol,
    isInexact,
  };
}

function unnamedPlace(place: string): { readonly module?: string; readonly offset?: number } {
  const groups = placePattern.exec(place)?.groups;
  const module = groups?.['module'] ?? place;
  const offset = hexadecimal(groups?.['offset']);
  return { ...(module === '' ? {} : { module }), ...(offset === undefined ? {} : { offset }) };
}

function hexadecimal(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number.parseInt(text, 16);
  return Number.isSafeInteger(value) ? value : undefined;
}
