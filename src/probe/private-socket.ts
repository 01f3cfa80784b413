import { closeSync, openSync, readSync } from 'node:fs';
import type { SocketConnecting } from './probe-events.ts';

/** Where root's systemctl talks to PID 1, unseen by the bus. */
const path = '/run/systemd/private';
const unixFamily = 1;
const pathAt = 2;

/** Of the `sockaddr_un` that holds it: with the zero byte at its end, and without it before systemd 220. */
export const privateSocketLengths = [pathAt + path.length, pathAt + path.length + 1] as const;

/** Reads another process's memory; undefined where it has none any more, or not there. */
export type ReadMemory = (pid: number, address: number, length: number) => Buffer | undefined;

/**
 * Whether a process that connects to a socket connects to PID 1's: the kernel tells the length of the address, the process
 * itself the rest. Undefined where it is gone already.
 */
export function isPrivateSocket({ pid, address, length }: SocketConnecting, readMemory: ReadMemory): boolean | undefined {
  if (!privateSocketLengths.some((known) => known === length)) return false;
  const bytes = readMemory(pid, address, pathAt + path.length);
  if (bytes === undefined || bytes.length < pathAt + path.length) return undefined;
  return bytes.readUInt16LE(0) === unixFamily && bytes.toString('latin1', pathAt) === path;
}

export const memoryReader =
  (procfs: string): ReadMemory =>
  (pid, address, length) => {
    try {
      const descriptor = openSync(`${procfs}/${pid}/mem`, 'r');
      try {
        const buffer = Buffer.alloc(length);
        return buffer.subarray(0, readSync(descriptor, buffer, 0, length, address));
      } finally {
        closeSync(descriptor);
      }
    } catch {
      return undefined;
    }
  };
