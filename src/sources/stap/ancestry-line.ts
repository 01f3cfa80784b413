import type { Ancestry } from '../../model/process.ts';
import { parsePid } from './field-values.ts';
import { maxProcesses } from './record-limits.ts';

const rowPattern = /(?<name>.{1,64}?)\((?<pid>\d{1,10})\)(?: {2}|\s*$)/sy;

/** `  systemctl(199)  test.sh(165)  systemd(1)`: printed innermost first, returned outermost first. */
export function parseAncestryLine(line: string): Ancestry | undefined {
  if (!line.startsWith('  ')) return undefined;
  const processes = [];
  rowPattern.lastIndex = 2;
  while (rowPattern.lastIndex < line.length) {
    const { name, pid: digits = '' } = rowPattern.exec(line)?.groups ?? {};
    const pid = parsePid(digits);
    if (name === undefined || pid === undefined || processes.length >= maxProcesses) return undefined;
    processes.push({ pid, name });
  }
  return processes.length === 0 ? undefined : processes.reverse();
}
