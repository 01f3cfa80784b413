import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** USER_HZ of every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Processor time of the whole host: all but idle, waiting and stolen. */
export function busyMs(): number {
  const words = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = words.split(' ').map(Number);
  return ((user + nice + system + irq + softIrq) * 1000) / ticksPerSecond;
}

/** Processor time of a command and all its descendants, as the shell that waits for them knows it. */
export function cpuMsOf(command: string): number {
  const said = execFileSync('bash', ['-c', `{ ${command}; } >/dev/null 2>&1; times`], { encoding: 'utf8' });
  // Two lines, the shell's own and its children's: 0m1.320s 0m1.406s
  const times = [...said.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds));
  if (times.length !== 4) throw new Error(`Cannot read what "times" says of "${command}": ${JSON.stringify(said)}`);
  return times.reduce((sum, seconds) => sum + seconds * 1000, 0);
}
