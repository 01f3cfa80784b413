import { parseCount } from './stat-line.ts';

/** What only /proc/PID/status tells. */
export interface ProcessStatus {
  /** The process that a thread belongs to. */
  readonly processPid?: number;
  /** Effective: what its requests are judged by. */
  readonly uid?: number;
}

/** Reads the text of /proc/PID/status; its `Name:` is escaped and cannot begin a line. */
export function parseStatus(text: string): ProcessStatus {
  const processPid = parseCount(/^Tgid:\t(\d+)$/m.exec(text)?.[1] ?? '');
  const uid = parseCount(/^Uid:\t\d+\t(\d+)\t/m.exec(text)?.[1] ?? '');
  return { ...(processPid === undefined ? {} : { processPid }), ...(uid === undefined ? {} : { uid }) };
}

/** The kernel's "unset" for login uids and audit sessions. */
const unset = 0xffff_ffff;

/** Reads /proc/PID/loginuid or /proc/PID/sessionid. */
export function parseAuditId(text: string): number | undefined {
  const id = parseCount(text.trim());
  return id === unset ? undefined : id;
}
