import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const stap = new URL('../../stap/', import.meta.url).pathname;
const hasStap = spawnSync('stap', ['--version']).error === undefined;
const isInCi = process.env['CI'] !== undefined;

/** Parsing asks for no kernel, but stap wants to see where one was built. */
let kernel: string;

beforeAll(() => {
  kernel = mkdtempSync(join(tmpdir(), 'stap-kernel-'));
  mkdirSync(join(kernel, 'include/config'), { recursive: true });
  writeFileSync(join(kernel, 'include/config/kernel.release'), '6.1.0\n');
  for (const name of ['.config', 'Module.symvers']) writeFileSync(join(kernel, name), '');
});

afterAll(() => rmSync(kernel, { recursive: true }));

describe.skipIf(!hasStap && !isInCi)('systemtap', () => {
  test.each([
    ['service-stop.stp', 'libsystemd-core-262.so', 'libsystemd-shared-262.so'],
    ['service-stop.stp', 'libsystemd-core-262.so', 'libsystemd-shared-262.so', '^nginx\\.service$'],
    ['service-stop-exported.stp', 'libsystemd-core-262.so'],
  ])('parses %s', (script, ...parameters) => {
    const files = parameters.map((parameter) => (parameter.endsWith('.so') ? `/usr/lib/systemd/${parameter}` : parameter));
    const line = ['-p1', '-r', kernel, '-I', `${stap}tapset`, `${stap}${script}`, ...files];
    const parsed = execFileSync('stap', line, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    expect(parsed).toContain('probe process("/usr/lib/systemd/libsystemd-core-262.so").function("unit_notify")');
  });
});
