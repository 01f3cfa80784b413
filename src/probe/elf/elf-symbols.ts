import { type ElfFile, type ElfSection, sectionTypes } from './elf-file.ts';

const entrySize = 24;
const maxNameLength = 256;

/**
 * Virtual addresses of the named functions and objects, of the dynamic symbols and, where the file still has them,
 * of the static ones. GCC's clones of a function (`f.cold`, `f.isra.0`) are not it, but `f.lto_priv.0` is.
 */
export function findSymbols(elf: ElfFile, names: ReadonlySet<string>): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const type of [sectionTypes.dynamicSymbols, sectionTypes.symbols]) {
    for (const section of elf.sections) if (section.type === type) addSymbols(elf, section, { names, found });
  }
  return found;
}

interface Search {
  readonly names: ReadonlySet<string>;
  readonly found: Map<string, number>;
}

function addSymbols({ bytes, sections }: ElfFile, table: ElfSection, { names, found }: Search): void {
  const strings = sections[table.link];
  if (strings === undefined) return;
  const end = Math.min(table.offset + table.size, bytes.length) - entrySize;
  for (let at = table.offset; at <= end; at += entrySize) {
    const isDefined = (bytes.u16(at + 6) ?? 0) !== 0;
    const nameAt = bytes.u32(at);
    if (!isDefined || nameAt === undefined) continue;
    const name = bytes.text(strings.offset + nameAt, maxNameLength)?.replace(/\.lto_priv\.\d+$/, '');
    const address = bytes.u64(at + 8);
    if (name !== undefined && address !== undefined && names.has(name) && !found.has(name)) found.set(name, address);
  }
}
