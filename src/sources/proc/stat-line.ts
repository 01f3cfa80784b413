/** What /proc/PID/stat tells (proc_pid_stat(5)). */
export interface ProcessStat {
  readonly pid: number;
  /** comm: whatever bytes the process chose, as UTF-8. */
  readonly name: string;
  /** One letter; `Z` and `X` are dead, and have nothing but this line. */
  readonly state: string;
  /** 0 where the parent is out of sight: of PID 1, of kthreadd, in a container. */
  readonly parentPid: number;
  /** Device number of the terminal, 0 for none. */
  readonly terminal: number;
  /** Hundredths of a second since boot: with the pid the identity of a process. */
  readonly startTicks: number;
  /** Where its arguments lie: another place after each exec; 0 where we may not know. */
  readonly argumentsAt: string;
}

/** Positions after the name, counted from the state (field 3 of the manual page). */
const fieldIndex = { state: 0, parentPid: 1, terminal: 4, startTicks: 19, argumentsAt: 45 } as const;

/** Reads a stat line. The name may hold spaces, newlines and parentheses: it ends at the last `)`. */
export function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf(' (');
  const close = text.lastIndexOf(') ');
  if (open === -1 || close < open + 2) return undefined;
  const fields = text
    .slice(close + 2)
    .trimEnd()
    .split(' ');
  const field = (name: keyof typeof fieldIndex): string => fields[fieldIndex[name]] ?? '';
  const pid = parseCount(text.slice(0, open));
  const parentPid = parseCount(field('parentPid'));
  const startTicks = parseCount(field('startTicks'));
  if (pid === undefined || parentPid === undefined || startTicks === undefined) return undefined;
  return {
    pid,
    name: text.slice(open + 2, close),
    state: field('state'),
    parentPid,
    terminal: parseCount(field('terminal')) ?? 0,
    startTicks,
    argumentsAt: field('argumentsAt'),
  };
}

/** A decimal number that a double holds exactly; undefined where it is none. */
export function parseCount(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Whether two readings of one pid show one process that has run no other program in between. */
export function isSameProgram(one: ProcessStat, other: ProcessStat): boolean {
  return one.startTicks === other.startTicks && one.name === other.name && one.argumentsAt === other.argumentsAt;
}

/** It has ended, and only its parent has not noticed yet. */
export function isDead({ state }: ProcessStat): boolean {
  return state === 'Z' || state === 'X';
}
