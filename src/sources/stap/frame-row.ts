import type { Frame } from '../../model/frame.ts';

/** A frame as print_ubacktrace() prints it, without its line break; the address, which we do not keep, is 0. */
export function formatFrameRow(frame: Frame): string {
  const module = frame.module?.replace(/\p{Cc}/gu, '?');
  if (frame.function !== undefined && /^[^\s+[\]]+$/.test(frame.function)) {
    return ` 0x0 : ${frame.function}${place(frame)}${module === undefined ? '' : ` [${module}]`}`;
  }
  if (module === undefined) return ' 0x0';
  return frame.offset === undefined ? ` 0x0 [${module}]` : ` 0x0 [${module}+0x${frame.offset.toString(16)}/0x0]`;
}

function place({ offset, size }: Frame): string {
  if (offset === undefined) return '';
  return `+0x${offset.toString(16)}${size === undefined ? '' : `/0x${size.toString(16)}`}`;
}
