import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Host } from './model/incident.ts';

/** This machine, as systemd names it. Without /etc/machine-id the host name has to do. */
export function ownHost(): Host {
  return {
    machineId: readLine('/etc/machine-id') ?? hostname(),
    bootId: readLine('/proc/sys/kernel/random/boot_id')?.replaceAll('-', '') ?? '',
    hostname: hostname(),
  };
}

function readLine(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
