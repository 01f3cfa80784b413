/** An ELF file of four pages' layout: code at 0x1000, data at 0x3000, as a linker would make it, small enough to read. */
export interface SmallElf {
  readonly symbols: Readonly<Record<string, number>>;
  /** Symbols of the table that a stripped file lacks. */
  readonly staticSymbols?: Readonly<Record<string, number>>;
  /** Address of the pointer → address that it will hold. */
  readonly relocations?: Readonly<Record<number, number>>;
  /** Address in the data → what lies there. */
  readonly data?: Readonly<Record<number, number>>;
  readonly buildId?: string;
}

const textAt = { offset: 0x200, address: 0x1000, size: 0x100 };
const dataAt = { offset: 0x300, address: 0x3000, size: 0x100 };
const tablesAt = 0x400;

/** The bytes of it. */
export function smallElf({ symbols, staticSymbols = {}, relocations = {}, data = {}, buildId = '00112233' }: SmallElf): Buffer {
  const dynamic = symbolTable(symbols);
  const full = symbolTable(staticSymbols);
  const rela = Buffer.concat(Object.entries(relocations).map(([at, to]) => Buffer.concat([u64(Number(at)), u64(8), u64(to)])));
  const id = Buffer.from(buildId, 'hex');
  const note = Buffer.concat([u32(4), u32(id.length), u32(3), Buffer.from('GNU\0'), id]);
  const parts = [dynamic.entries, dynamic.names, full.entries, full.names, rela, note];
  const offsets = parts.map((_, index) => tablesAt + parts.slice(0, index).reduce((sum, part) => sum + part.length, 0));
  const [dynsymAt = 0, dynstrAt = 0, symtabAt = 0, strtabAt = 0, relaAt = 0, noteAt = 0] = offsets;
  const sectionsAt = noteAt + note.length;
  const sections = [
    section(0, 0, 0, 0),
    section(11, dynsymAt, dynamic.entries.length, 2),
    section(3, dynstrAt, dynamic.names.length, 0),
    section(2, symtabAt, full.entries.length, 4),
    section(3, strtabAt, full.names.length, 0),
    section(4, relaAt, rela.length, 0),
  ];
  const segments = [
    segment({ type: 1, flags: 5, ...textAt }),
    segment({ type: 1, flags: 6, ...dataAt }),
    segment({ type: 4, flags: 4, offset: noteAt, address: noteAt, size: note.length }),
  ];
  const file = Buffer.alloc(sectionsAt + sections.length * 64);
  header(sectionsAt, segments.length, sections.length).copy(file, 0);
  Buffer.concat(segments).copy(file, 64);
  for (const [at, value] of Object.entries(data)) u64(value).copy(file, Number(at) - dataAt.address + dataAt.offset);
  Buffer.concat(parts).copy(file, tablesAt);
  Buffer.concat(sections).copy(file, sectionsAt);
  return file;
}

function header(sectionsAt: number, segmentCount: number, sectionCount: number): Buffer {
  const bytes = Buffer.alloc(64);
  Buffer.from('7f454c46020101', 'hex').copy(bytes);
  bytes.writeUInt16LE(3, 0x10);
  bytes.writeUInt16LE(62, 0x12);
  bytes.writeBigUInt64LE(64n, 0x20);
  bytes.writeBigUInt64LE(BigInt(sectionsAt), 0x28);
  bytes.writeUInt16LE(56, 0x36);
  bytes.writeUInt16LE(segmentCount, 0x38);
  bytes.writeUInt16LE(64, 0x3a);
  bytes.writeUInt16LE(sectionCount, 0x3c);
  return bytes;
}

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

function segment({ type, flags, offset, address, size }: Segment): Buffer {
  return Buffer.concat([u32(type), u32(flags), ...[offset, address, address, size, size, 8].map(u64)]);
}

function section(type: number, offset: number, size: number, link: number): Buffer {
  return Buffer.concat([u32(0), u32(type), u64(0), u64(0), u64(offset), u64(size), u32(link), u32(0), u64(8), u64(24)]);
}

function symbolTable(symbols: Readonly<Record<string, number>>): { readonly entries: Buffer; readonly names: Buffer } {
  let names = '\0';
  const entries = Object.entries(symbols).map(([name, address]) => {
    const at = names.length;
    names += `${name}\0`;
    const entry = Buffer.alloc(24);
    entry.writeUInt32LE(at, 0);
    entry.writeUInt16LE(address === 0 ? 0 : 1, 6);
    entry.writeBigUInt64LE(BigInt(address), 8);
    return entry;
  });
  return { entries: Buffer.concat([Buffer.alloc(24), ...entries]), names: Buffer.from(names, 'latin1') };
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
