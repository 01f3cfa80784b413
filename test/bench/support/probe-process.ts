import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { cleanUpProbe, probeDefaults } from '../../../src/probe/probe.ts';
import { namesOf } from '../../../src/probe/tracefs/instance.ts';
import { mountTracefs } from '../../system/host-tracefs.ts';
import type { Machine } from '../../system/machine.ts';
import { exactCpuMs } from './process-usage.ts';
import { programWords } from './program.ts';
import { scratch } from './scratch.ts';

/** The tracefs probe, watching a machine's PID 1 with an instance of its own. */
export interface RunningProbe extends AsyncDisposable {
  cpuMs(): number;
  /** What the kernel has counted of its buffer. */
  events(): { readonly read: number; readonly lost: number };
}

const instance = `bench-${process.pid}`;
const names = namesOf(instance);

export async function startProbe({ hostPid }: Machine): Promise<RunningProbe> {
  mountTracefs();
  const flags = ['--output', scratch('probe.log'), '--instance', instance, '--pid', String(hostPid)];
  const [command, ...words] = [...(await programWords()), 'probe', ...flags] as const;
  const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  await attached(child);
  return {
    cpuMs: () => exactCpuMs(child.pid ?? 0),
    events,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      cleanUpProbe({ instance });
      rmSync(scratch('probe.log'), { force: true });
    },
  };
}

async function attached({ stderr }: ChildProcess): Promise<void> {
  let said = '';
  for await (const chunk of stderr ?? []) {
    said += String(chunk);
    if (said.includes('msg=Attached')) return;
  }
  throw new Error(`The probe has ended: ${said}`);
}

function events(): { readonly read: number; readonly lost: number } {
  const directories = [names.instance, names.lives].map((name) => `${probeDefaults.tracefs}/instances/${name}/per_cpu`);
  const stats = directories.flatMap((directory) =>
    readdirSync(directory).map((processor) => readFileSync(`${directory}/${processor}/stats`, 'utf8')),
  );
  const sum = (key: string): number =>
    stats.reduce((total, text) => total + Number(new RegExp(`^${key}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0), 0);
  return { read: sum('read events'), lost: sum('overrun') + sum('dropped events') };
}
