/** One record of stap/RECORD.md, or the first line of a stream, as it was printed. */
interface PrintedRecord {
  /** Absent for a first line. */
  readonly atUsec?: number;
  readonly lines: readonly string[];
}

/** The records of a time, with the first line of their stream; what is between records is left out. */
export function recordsDuring(log: string, fromUsec: number, toUsec: number): string {
  const opening = log.split('\n').findLast((line) => line.startsWith('systemd-stop-exporter records ')) ?? '';
  const during = [...printedRecords(log)].filter(({ atUsec = 0 }) => atUsec >= fromUsec && atUsec < toUsec);
  return [opening, ...during.flatMap(({ lines }) => lines), ''].join('\n');
}

function* printedRecords(log: string): Generator<PrintedRecord> {
  let lines: string[] = [];
  for (const line of log.split('\n')) {
    if (line.startsWith('begin ')) lines = [];
    lines.push(line);
    if (!line.startsWith('end ')) continue;
    yield { atUsec: Number(/ t=(\d+)/.exec(lines[0] ?? '')?.[1]), lines };
    lines = [];
  }
}

/** The journal's entries of a time, as `journalctl -o json` prints them. */
export function entriesDuring(journal: string, fromUsec: number, toUsec: number): string {
  const during = journal.split('\n').filter((line) => {
    const atUsec = Number(/"__REALTIME_TIMESTAMP":"(\d+)"/.exec(line)?.[1]);
    return atUsec >= fromUsec && atUsec < toUsec;
  });
  return [...during, ''].join('\n');
}

/** The messages of a time, as `busctl monitor --json=short` prints them. */
export function messagesDuring(monitor: string, fromUsec: number, toUsec: number): string {
  const during = monitor.split('\n').filter((line) => {
    const atUsec = Number(/"timestamp-realtime":(\d+)/.exec(line)?.[1]);
    return atUsec >= fromUsec && atUsec < toUsec;
  });
  return [...during, ''].join('\n');
}
