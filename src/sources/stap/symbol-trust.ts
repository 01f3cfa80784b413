import type { Frame, Frames } from '../../model/frame.ts';
import type { UnjudgedFrame } from './backtrace-line.ts';
import { giantFunctions, staticFunctions } from './static-functions.ts';

/**
 * Decides which symbols of one record can be trusted, module by module.
 *
 * Of a stripped library only the exported functions have names, and every other address is named after the
 * nearest of them: plausible and wrong. Such a stack can never name a static function. So a module of systemd's
 * is trusted where one of its frames does, and no frame lies further from its symbol than a function is long.
 * libsystemd-shared and libsystemd-core are judged each by its own frames: with debuginfo for one of them only,
 * the other is as wrong as ever. Other modules (libc) are not in question: no verdict rests on them.
 */
export function judgeFrames(frames: readonly UnjudgedFrame[]): Frames {
  const trusted = new Set<string | undefined>();
  for (const [module, group] of Map.groupBy(frames, (frame) => frame.module)) {
    if (!isSystemd(module) || areProbed(frames) || hasFullSymbols(group)) trusted.add(module);
  }
  return frames.map((frame) => judged(frame, trusted.has(frame.module)));
}

/** A frame without a module may be systemd's: it has to prove its symbols too. */
function isSystemd(module: string | undefined): boolean {
  if (module === undefined) return true;
  const path = module.replace(/ \(deleted\)$/, '');
  return /^(?:systemd|init|libsystemd-(?:core|shared)[^/]*)$/.test(path.slice(path.lastIndexOf('/') + 1));
}

function hasFullSymbols(group: readonly UnjudgedFrame[]): boolean {
  const named = group.filter((frame) => frame.function !== undefined);
  return !named.some(isFar) && named.some((frame) => isStatic(frame) && hasPlausibleSize(frame));
}

function isStatic(frame: UnjudgedFrame): boolean {
  return frame.isLocal || staticFunctions.has(frame.function ?? '');
}

/** No function but the giants is 32 KiB long; the gaps of a stripped library are. */
const longestFunction = 0x8000;

function isFar(frame: UnjudgedFrame): boolean {
  if (frame.offset === undefined || frame.offset === 0) return false;
  const end = frame.size === undefined || frame.size === 0 ? Number.POSITIVE_INFINITY : frame.size;
  return frame.offset >= end || (frame.offset >= longestFunction && !isGiant(frame));
}

function hasPlausibleSize(frame: UnjudgedFrame): boolean {
  return frame.size === undefined || frame.size < longestFunction || isGiant(frame);
}

function isGiant(frame: UnjudgedFrame): boolean {
  return giantFunctions.has(frame.function ?? '');
}

function judged({ isLocal: _, isInexact, ...frame }: UnjudgedFrame, isTrusted: boolean): Frame {
  return { ...frame, reliable: frame.function !== undefined && isTrusted && !isInexact };
}

/**
 * Nothing was unwound and nothing looked up: these are the functions that the tracefs probe has probes in, each at its
 * beginning and without a length. A return address is never at offset 0.
 */
function areProbed(frames: readonly UnjudgedFrame[]): boolean {
  return frames.every(({ offset, size, isInexact }) => offset === 0 && size === undefined && !isInexact);
}

/**
 * The function a record was printed in, where only its stack tells: the innermost frame. At offset 0 the
 * symbol is the function itself, also in a stripped library.
 */
export function innermostFunction(frames: Frames): string | undefined {
  const innermost = frames[0];
  return innermost?.reliable === true || innermost?.offset === 0 ? innermost.function : undefined;
}
