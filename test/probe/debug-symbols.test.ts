import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findFunctions } from '../../src/probe/code-addresses.ts';
import { readDebugFile } from '../../src/probe/debug-symbols.ts';
import { parseElf } from '../../src/probe/elf/elf-file.ts';
import { smallElf } from './elf/small-elf.ts';

const buildId = '5d0610bbcc4548c3c16c88d7f3411c04157a91c7';
const staticSymbols = { service_stop: 0x1030, service_start: 0x3010 };
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'debug-symbols-'));
  mkdirSync(join(directory, '.build-id', '5d'), { recursive: true });
});

afterEach(() => rmSync(directory, { recursive: true }));

function place(bytes: Buffer): void {
  writeFileSync(join(directory, '.build-id', '5d', `${buildId.slice(2)}.debug`), bytes);
}

describe('readDebugFile()', () => {
  test('finds what names the functions of a stripped file, and only those that are code', () => {
    place(smallElf({ symbols: {}, staticSymbols, buildId }));
    const stripped = parseElf(smallElf({ symbols: {}, buildId }));
    const debug = readDebugFile(directory, buildId);
    const names = ['service_stop', 'service_start'];
    expect(stripped && [...findFunctions(stripped, names, { build: undefined, debug })]).toEqual([['service_stop', 0x230]]);
  });

  test.each([
    ['a file of another build', smallElf({ symbols: {}, staticSymbols, buildId: '00112233' })],
    ['no ELF file', Buffer.from('symbols')],
  ])('does not take %s', (_, bytes) => {
    place(bytes);
    expect(readDebugFile(directory, buildId)).toBeUndefined();
  });

  test('is content with none', () => {
    expect(readDebugFile(directory, buildId)).toBeUndefined();
    expect(readDebugFile('/nonexistent', buildId)).toBeUndefined();
    expect(readDebugFile(directory, undefined)).toBeUndefined();
  });
});
