import { type ElfFile, fileOffsetOf, sectionTypes } from './elf-file.ts';

const entrySize = 24;
const relative = 8; // R_X86_64_RELATIVE

/**
 * The virtual addresses that pointers in the file's data will hold once it is loaded, by the address of the pointer:
 * `data` symbols are tables of such pointers. Packed relocations (RELR) leave the value in place.
 */
export function pointersAt(elf: ElfFile, addresses: readonly number[]): ReadonlyMap<number, number> {
  const relocated = relocatedPointers(elf, new Set(addresses));
  const pointers = new Map<number, number>();
  for (const address of addresses) {
    const offset = fileOffsetOf(elf, address);
    const target = relocated.get(address) ?? (offset === undefined ? undefined : elf.bytes.u64(offset));
    if (target !== undefined && target !== 0) pointers.set(address, target);
  }
  return pointers;
}

function relocatedPointers({ bytes, sections }: ElfFile, wanted: ReadonlySet<number>): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const { type, offset, size } of sections) {
    const end = type === sectionTypes.relocations ? Math.min(offset + size, bytes.length) - entrySize : 0;
    for (let at = offset; at <= end; at += entrySize) {
      const [address, target] = [bytes.u64(at) ?? 0, bytes.u64(at + 16)];
      if (target !== undefined && wanted.has(address) && bytes.u32(at + 8) === relative) found.set(address, target);
    }
  }
  return found;
}
