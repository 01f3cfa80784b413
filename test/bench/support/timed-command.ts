import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { usageOf } from './process-usage.ts';

export interface CommandCost {
  readonly seconds: number;
  readonly peakMb: number;
  readonly status: number | null;
}

/** Runs a command to its end, its output thrown away. */
export async function timeCommand(words: readonly [string, ...string[]]): Promise<CommandCost> {
  const [command, ...parameters] = words;
  const startedAt = performance.now();
  const child = spawn(command, parameters, { stdio: ['ignore', 'ignore', 'inherit'] });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  let peakMb = 0;
  // The kernel keeps the peak itself: seldom is enough, but for its last moments.
  const sampler = setInterval(() => {
    peakMb = Math.max(peakMb, peakOf(child.pid ?? 0));
  }, 50);
  const [status] = (await once(child, 'exit')) as [number | null];
  clearInterval(sampler);
  process.off('exit', kill);
  return { seconds: (performance.now() - startedAt) / 1000, peakMb, status };
}

/** 0 for one that has ended since: it is not there, or it is and has no memory any more. */
function peakOf(pid: number): number {
  try {
    const { peakMb } = usageOf(pid);
    return Number.isNaN(peakMb) ? 0 : peakMb;
  } catch {
    return 0;
  }
}
