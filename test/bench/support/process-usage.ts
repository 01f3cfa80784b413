import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel counts of a process. */
export interface Usage {
  readonly cpuMs: number;
  readonly residentMb: number;
  /** The most it ever had. */
  readonly peakMb: number;
  /** How often its threads gave up the processor to wait, and were woken again. */
  readonly wakeups: number;
}

/** CLK_TCK of every Linux that Node runs on. */
const ticksPerSecond = 100;

/** @param root of a machine of the bed whose pids these are, such as `/proc/123/root` */
export function usageOf(pid: number, root = ''): Usage {
  const directory = `${root}/proc/${pid}`;
  const status = readFileSync(`${directory}/status`, 'utf8');
  const stat = readFileSync(`${directory}/stat`, 'utf8');
  // After the name, which may hold anything: state is field 3, utime 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond,
    residentMb: kilobytes(status, 'VmRSS') / 1024,
    peakMb: kilobytes(status, 'VmHWM') / 1024,
    wakeups: wakeupsOf(directory),
  };
}

/** Of the threads that there are, to the nanosecond: `usageOf` has hundredths of a second. */
export function exactCpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce(
    (sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
    0,
  );
}

function kilobytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
}

function wakeupsOf(directory: string): number {
  const threads = readdirSync(`${directory}/task`);
  return threads.reduce((sum, thread) => {
    const status = readFileSync(`${directory}/task/${thread}/status`, 'utf8');
    return sum + Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1]);
  }, 0);
}
