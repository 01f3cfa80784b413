import type { ElfBytes } from './elf-bytes.ts';
import { type ElfFile, sectionTypes, segmentTypes } from './elf-file.ts';

const buildIdNote = 3; // NT_GNU_BUILD_ID
const gnu = '474e5500';
const maxIdLength = 64;

/** The build id in lower-case hexadecimal digits, as `readelf -n` shows it. */
export function buildIdOf({ bytes, segments, sections }: ElfFile): string | undefined {
  for (const { type, offset, fileSize } of segments) {
    const found = type === segmentTypes.note ? buildIdWithin(bytes, offset, offset + fileSize) : undefined;
    if (found !== undefined) return found;
  }
  // Of a file with debug information alone the segments lead nowhere.
  for (const { type, offset, size } of sections) {
    const found = type === sectionTypes.note ? buildIdWithin(bytes, offset, offset + size) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function buildIdWithin(bytes: ElfBytes, start: number, end: number): string | undefined {
  let at = start;
  while (at + 12 <= Math.min(end, bytes.length)) {
    const nameSize = bytes.u32(at) ?? 0;
    const idSize = bytes.u32(at + 4) ?? 0;
    const isBuildId = bytes.u32(at + 8) === buildIdNote && nameSize === 4 && bytes.hex(at + 12, 4) === gnu;
    if (isBuildId && idSize > 0 && idSize <= maxIdLength) return bytes.hex(at + 16, idSize);
    at += 12 + padded(nameSize) + padded(idSize);
  }
  return undefined;
}

function padded(size: number): number {
  return Math.ceil(size / 4) * 4;
}
