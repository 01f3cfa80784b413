import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildIdOf } from './elf/elf-build-id.ts';
import { type ElfFile, parseElf } from './elf/elf-file.ts';

/**
 * What was stripped off a file, where a distribution's debug package has put it: gdb, perf and systemtap look there too.
 * Only of just this build: a symbol of another one would lead to the middle of an instruction. Undefined where there is none.
 */
export function readDebugFile(directory: string, buildId: string | undefined): ElfFile | undefined {
  if (buildId === undefined) return undefined;
  const file = read(join(directory, '.build-id', buildId.slice(0, 2), `${buildId.slice(2)}.debug`));
  const elf = file && parseElf(file);
  return elf !== undefined && buildIdOf(elf) === buildId ? elf : undefined;
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
