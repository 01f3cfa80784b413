import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { probeDefaults } from '../../src/probe/probe.ts';

/** Mounts the kernel's tracing files where the host has not: a distribution does at boot, a bare CI machine need not. */
export function mountTracefs(): void {
  const { tracefs } = probeDefaults;
  if (!existsSync(`${tracefs}/instances`)) execFileSync('mount', ['-t', 'tracefs', 'tracefs', tracefs]);
}
