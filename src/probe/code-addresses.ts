import type { ElfFile } from './elf/elf-file.ts';
import { fileOffsetOf, isCode } from './elf/elf-file.ts';
import { pointersAt } from './elf/elf-pointer.ts';
import { findSymbols } from './elf/elf-symbols.ts';
import { type ServiceFunction, type SystemdBuild, serviceFunctions } from './struct-offsets.ts';

/** Offsets in the file of the functions that we can attach to, by name. */
export type CodeOffsets = ReadonlyMap<string, number>;

export interface KnownCode {
  /** What is known of this build. */
  readonly build: SystemdBuild | undefined;
  /** What was stripped off the file, where it is to be had. */
  readonly debug?: ElfFile | undefined;
}

/**
 * Exported functions are in the symbol table. Those of service.c are static: the table of the service's methods is
 * exported, and its relocations tell them. A build that is known by its id may have all of them by address; debug
 * information names all there are.
 */
export function findFunctions(elf: ElfFile, names: readonly string[], { build, debug }: KnownCode): CodeOffsets {
  const wanted = new Set([...names, 'service_vtable']);
  const symbols = new Map([...(debug === undefined ? [] : findSymbols(debug, wanted)), ...findSymbols(elf, wanted)]);
  const addresses = new Map<string, number>([
    ...Object.entries(build?.functions ?? {}),
    ...methodAddresses(elf, symbols.get('service_vtable'), build),
    ...symbols,
  ]);
  const offsets = new Map<string, number>();
  for (const name of names) {
    const address = addresses.get(name);
    const offset = address === undefined || !isCode(elf, address) ? undefined : fileOffsetOf(elf, address);
    if (offset !== undefined) offsets.set(name, offset);
  }
  return offsets;
}

function methodAddresses(
  elf: ElfFile,
  table: number | undefined,
  build: SystemdBuild | undefined,
): readonly (readonly [ServiceFunction, number])[] {
  const vtable = build?.vtable;
  if (table === undefined || vtable === undefined) return [];
  const pointers = pointersAt(
    elf,
    serviceFunctions.map((name) => table + vtable[name]),
  );
  return serviceFunctions.flatMap((name) => {
    const address = pointers.get(table + vtable[name]);
    return address === undefined ? [] : [[name, address] as const];
  });
}
