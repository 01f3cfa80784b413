/** One event as trace_pipe prints it. */
export interface TraceLine {
  /** In whose context it happened, by the pids of the initial namespace. */
  readonly pid: number;
  /** What the kernel last heard that process being called; `<...>` where it never heard. */
  readonly comm: string;
  /** Microseconds of the trace's clock. */
  readonly clockUsec: number;
  readonly event: string;
  readonly body: string;
}

/** `COMM-PID [CPU] FLAGS SECONDS.MICROSECONDS: EVENT: BODY`; of a system call it is `CALL(ARGUMENTS)`. A comm may hold anything, but no more than 15 bytes. */
const pattern =
  /^ *(?<comm>.{0,16})-(?<pid>\d{1,10}) +(?:\([ \d-]+\) +)?\[\d{3,}\] +(?:\S+ +)?(?<seconds>\d{1,10})\.(?<micros>\d{6}): (?<event>[A-Za-z_]\w*)(?:: |(?=\())(?<body>.*)$/s;

/** Longer than any event of ours: paths have at most 4,096 bytes. */
const maxLineLength = 16_384;

/** Undefined where the line is no event: what the kernel says of lost events, the rest of a name with a line feed in it. */
export function parseTraceLine(line: string): TraceLine | undefined {
  const groups = line.length > maxLineLength ? undefined : pattern.exec(line)?.groups;
  const { comm, pid, seconds, micros, event, body } = groups ?? {};
  if (comm === undefined || event === undefined || body === undefined) return undefined;
  return { pid: Number(pid), comm, clockUsec: Number(seconds) * 1_000_000 + Number(micros), event, body };
}

/** `CPU:0 [LOST 17 EVENTS]`, before the first line that is left of that processor's. */
export function isGap(line: string): boolean {
  return line.startsWith('CPU:');
}

/** `name=value` of a uprobe's arguments: numbers, `"text"`, and `(fault)` for memory that could not be read. */
export function parseArguments(body: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const match of body.matchAll(/(?:^| )(?<name>[a-z_]+)=(?:"(?<text>[^"]*)"|(?<word>[^\s"]+))/g)) {
    const { name, text, word } = match.groups ?? {};
    const value = text ?? word;
    if (name !== undefined && value !== undefined && value !== '(fault)') values.set(name, value);
  }
  return values;
}
