import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';

const controller = '/sys/fs/cgroup/memory';

/** A cgroup of the memory controller, version 1, in which the kernel runs out of memory soon. */
export interface SmallMemory {
  /** For `bootMachine`: where the machine's services find it. */
  readonly bind: string;
  /** Nothing may run in it any more. */
  remove(): void;
}

/** @throws where the host has no such controller */
export function createSmallMemory(): SmallMemory {
  const directory = `${controller}/small-memory-${process.pid}`;
  mkdirSync(directory);
  try {
    writeFileSync(`${directory}/memory.limit_in_bytes`, '8M');
  } catch (error) {
    rmdirSync(directory);
    throw error;
  }
  return { bind: `${directory}:/run/small-memory`, remove: () => rmdirSync(directory) };
}
