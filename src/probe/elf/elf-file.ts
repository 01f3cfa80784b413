import { ElfBytes } from './elf-bytes.ts';

/** A program header (elf(5), Elf64_Phdr). */
export interface ElfSegment {
  readonly type: number;
  readonly isExecutable: boolean;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
}

/** A section header (elf(5), Elf64_Shdr). */
export interface ElfSection {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  /** Of a symbol table: the section of its names. */
  readonly link: number;
}

/** A 64-bit little-endian file of the one architecture we know the registers of. */
export interface ElfFile {
  readonly bytes: ElfBytes;
  readonly segments: readonly ElfSegment[];
  readonly sections: readonly ElfSection[];
}

export const segmentTypes = { load: 1, note: 4 } as const;
export const sectionTypes = { symbols: 2, relocations: 4, note: 7, dynamicSymbols: 11 } as const;

const identification = '7f454c460201'; // ELF, 64 bits, little-endian
const x86 = 62;
const programHeaderSize = 56;
const sectionHeaderSize = 64;
const executable = 1;

/** Undefined where the bytes are no ELF file of x86-64. What of it cannot be read is left out. */
export function parseElf(buffer: Buffer): ElfFile | undefined {
  const bytes = new ElfBytes(buffer);
  if (bytes.hex(0, 6) !== identification || bytes.u16(0x12) !== x86) return undefined;
  return {
    bytes,
    segments: headers(bytes, { at: bytes.u64(0x20), size: bytes.u16(0x36), count: bytes.u16(0x38) }, programHeaderSize).flatMap(
      (at) => segmentAt(bytes, at),
    ),
    sections: headers(bytes, { at: bytes.u64(0x28), size: bytes.u16(0x3a), count: bytes.u16(0x3c) }, sectionHeaderSize).map(
      (at) => sectionAt(bytes, at),
    ),
  };
}

interface HeaderTable {
  readonly at: number | undefined;
  readonly size: number | undefined;
  readonly count: number | undefined;
}

/** Where each header of a table begins; none beyond the end of the file. */
function headers(bytes: ElfBytes, { at, size = 0, count = 0 }: HeaderTable, expectedSize: number): readonly number[] {
  if (at === undefined || size !== expectedSize) return [];
  const whole = Math.min(count, Math.max(0, Math.floor((bytes.length - at) / size)));
  return Array.from({ length: whole }, (_, index) => at + index * size);
}

function segmentAt(bytes: ElfBytes, at: number): readonly ElfSegment[] {
  const [type, flags] = [bytes.u32(at), bytes.u32(at + 4)];
  const [offset, address, fileSize] = [bytes.u64(at + 8), bytes.u64(at + 16), bytes.u64(at + 32)];
  if (type === undefined || flags === undefined) return [];
  if (offset === undefined || address === undefined || fileSize === undefined) return [];
  return [{ type, isExecutable: (flags & executable) !== 0, offset, address, fileSize }];
}

/** One that cannot be read stays in its place, empty: others refer to it by its position. */
function sectionAt(bytes: ElfBytes, at: number): ElfSection {
  return {
    type: bytes.u32(at + 4) ?? 0,
    offset: bytes.u64(at + 0x18) ?? 0,
    size: bytes.u64(at + 0x20) ?? 0,
    link: bytes.u32(at + 0x28) ?? 0,
  };
}

/** Where in the file the byte at this virtual address lies; undefined where no loaded segment holds it. */
export function fileOffsetOf(elf: ElfFile, address: number): number | undefined {
  const segment = loadedAt(elf, address);
  return segment === undefined ? undefined : address - segment.address + segment.offset;
}

/** Whether there is code at this virtual address: nothing else may ever get a breakpoint. */
export function isCode(elf: ElfFile, address: number): boolean {
  return loadedAt(elf, address)?.isExecutable === true;
}

function loadedAt({ segments }: ElfFile, address: number): ElfSegment | undefined {
  return segments.find(
    (segment) => segment.type === segmentTypes.load && address >= segment.address && address < segment.address + segment.fileSize,
  );
}
