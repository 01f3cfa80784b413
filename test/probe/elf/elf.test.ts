import { existsSync, globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findFunctions } from '../../../src/probe/code-addresses.ts';
import { buildIdOf } from '../../../src/probe/elf/elf-build-id.ts';
import { fileOffsetOf, isCode, parseElf } from '../../../src/probe/elf/elf-file.ts';
import { pointersAt } from '../../../src/probe/elf/elf-pointer.ts';
import { findSymbols } from '../../../src/probe/elf/elf-symbols.ts';
import { findBuild, serviceFunctions, systemdBuilds } from '../../../src/probe/struct-offsets.ts';
import { smallElf } from './small-elf.ts';

const names = new Set(['unit_notify', 'service_vtable', 'service_stop']);

/** All that is ever asked of a file. */
function readAll(bytes: Buffer): unknown {
  const elf = parseElf(bytes);
  if (elf === undefined) return undefined;
  return [
    buildIdOf(elf),
    findSymbols(elf, names),
    pointersAt(elf, [0x3000, 0x3008]),
    fileOffsetOf(elf, 0x1000),
    findFunctions(elf, ['unit_notify', 'service_stop'], { build: systemdBuilds[1] }),
  ];
}

describe('parseElf()', () => {
  test('finds what the dynamic symbols name, and not what they only import', () => {
    const elf = parseElf(smallElf({ symbols: { unit_notify: 0x1010, service_stop: 0 } }));
    expect(elf && [...findSymbols(elf, names)]).toEqual([['unit_notify', 0x1010]]);
  });

  test('finds static functions where the file still has their names, also renamed by the link, but not their clones', () => {
    const staticSymbols = { 'service_stop.cold': 0x1020, 'service_stop.lto_priv.0': 0x1030 };
    const elf = parseElf(smallElf({ symbols: {}, staticSymbols }));
    expect(elf && [...findSymbols(elf, names)]).toEqual([['service_stop', 0x1030]]);
  });

  test('turns addresses into places in the file, and knows where there is code', () => {
    const elf = parseElf(smallElf({ symbols: {} }));
    expect(elf && [fileOffsetOf(elf, 0x1010), fileOffsetOf(elf, 0x3008), fileOffsetOf(elf, 0x2000)]).toEqual([
      0x210,
      0x308,
      undefined,
    ]);
    expect(elf && [isCode(elf, 0x1010), isCode(elf, 0x3008), isCode(elf, 0x2000)]).toEqual([true, false, false]);
  });

  test('reads pointers from the relocations, and in place where those are packed', () => {
    const elf = parseElf(smallElf({ symbols: {}, relocations: { 12288: 0x1040 }, data: { 12296: 0x1050 } }));
    expect(elf && [...pointersAt(elf, [0x3000, 0x3008, 0x3010, 0x9000])]).toEqual([
      [0x3000, 0x1040],
      [0x3008, 0x1050],
    ]);
  });

  test('reads the build id', () => {
    const elf = parseElf(smallElf({ symbols: {}, buildId: '6bfe13f7415ec6111951d5a302691d307ff97cb7' }));
    expect(elf && buildIdOf(elf)).toBe('6bfe13f7415ec6111951d5a302691d307ff97cb7');
  });

  test.each([
    ['a text', Buffer.from('#!/bin/sh\n')],
    ['nothing', Buffer.alloc(0)],
    ['a file of 32 bits', Buffer.from('7f454c46010101', 'hex')],
    ['a file of another architecture', withByte(smallElf({ symbols: {} }), 0x12, 0xb7)],
  ])('is undefined for %s', (_, bytes) => {
    expect(parseElf(bytes)).toBeUndefined();
  });
});

describe('findFunctions()', () => {
  const vtable = 0x3000;
  const { vtable: slots } = systemdBuilds[1] ?? {};

  test('finds static functions through the table of a service’s methods', () => {
    const relocations = { [vtable + (slots?.service_stop ?? 0)]: 0x1060 };
    const elf = parseElf(smallElf({ symbols: { unit_notify: 0x1010, service_vtable: vtable }, relocations }));
    expect(elf && [...findFunctions(elf, ['unit_notify', 'service_stop', 'unit_kill'], { build: systemdBuilds[1] })]).toEqual([
      ['unit_notify', 0x210],
      ['service_stop', 0x260],
    ]);
  });

  test('never offers a place that is not code, whatever a table says', () => {
    const relocations = { [vtable + (slots?.service_stop ?? 0)]: 0x3020 };
    const elf = parseElf(smallElf({ symbols: { unit_notify: 0x3010, service_vtable: vtable }, relocations }));
    expect(elf && [...findFunctions(elf, ['unit_notify', 'service_stop'], { build: systemdBuilds[1] })]).toEqual([]);
  });
});

describe('Damaged files', () => {
  const whole = smallElf({
    symbols: { unit_notify: 0x1010, service_vtable: 0x3000 },
    staticSymbols: { service_stop: 0x1020 },
    relocations: { 12408: 0x1040 },
  });

  test('never make it throw or hang', () => {
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(damage, fc.nat(whole.length), (bytes, length) => {
        const broken = Buffer.from(whole);
        for (const [at, value] of bytes) broken[at] = value;
        readAll(broken);
        readAll(broken.subarray(0, length));
      }),
      { numRuns: 2000 },
    );
  });

  test('are no more than bytes: neither are random ones', () => {
    const header = whole.subarray(0, 64);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void readAll(Buffer.concat([header, bytes]))));
  });
});

const libraries = globSync('/var/cache/systemd-stop-exporter/rootfs/*/usr/lib/x86_64-linux-gnu/systemd/libsystemd-core-*.so');

describe.skipIf(libraries.length === 0)('Debian’s stripped libsystemd-core of the system bed', () => {
  test.each(libraries)('%s has every function of its row, at the beginning of a function', (library) => {
    const elf = parseElf(readFileSync(library));
    const found = elf && findBuild(buildIdOf(elf), 0);
    expect(found?.by).toBe('build-id');
    const functions =
      elf && findFunctions(elf, [...serviceFunctions, 'unit_notify', 'bus_unit_queue_job'], { build: found?.build });
    expect(functions?.size).toBe(serviceFunctions.length + 2);
    const bytes = readFileSync(library);
    const endbr64 = 'f30f1efa';
    const starts = [...(functions ?? [])].map(([, offset]) => bytes.toString('hex', offset, offset + 4));
    const aligned = [...(functions ?? [])].every(([, offset]) => offset % 16 === 0);
    expect(aligned || starts.every((start) => start === endbr64)).toBe(true);
  });
});

const staticBinary = '/var/cache/systemd-stop-exporter/rootfs/bullseye/usr/lib/systemd/systemd';

describe.skipIf(!existsSync(staticBinary))('Debian 11’s static systemd of the system bed', () => {
  test('has its functions by address', () => {
    const elf = parseElf(readFileSync(staticBinary));
    const found = elf && findBuild(buildIdOf(elf), 247);
    expect(elf && findFunctions(elf, [...serviceFunctions, 'service_set_state'], { build: found?.build }).size).toBe(10);
  });
});

function withByte(bytes: Buffer, at: number, value: number): Buffer {
  bytes[at] = value;
  return bytes;
}
