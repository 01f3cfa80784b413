import type { Process } from '../../model/process.ts';
import { unitOfCgroup } from '../../model/unit.ts';
import { present } from '../present.ts';
import type { BootTime } from './boot-time.ts';
import { parseCgroup, sessionOfCgroup } from './cgroup-text.ts';
import { maxCommandBytes, parseCommandLine } from './command-line.ts';
import { findTraceparent, maxEnvironmentBytes } from './environment.ts';
import type { Passwd } from './passwd.ts';
import type { ProcFiles } from './proc-files.ts';
import type { ProcessStat } from './stat-line.ts';
import { parseAuditId, parseStatus } from './status-text.ts';
import { terminalName } from './terminal-name.ts';

/** What a process is read with. */
export interface ProcessSources {
  readonly files: ProcFiles;
  readonly bootTime: BootTime;
  readonly passwd: Passwd;
  /** Hides the secrets of a command line. */
  readonly redact: (command: string) => string;
}

export interface ProcessDetails {
  readonly process: Process;
  /** The process that this is a thread of; absent where it is the process itself, or where nobody can tell. */
  readonly threadOf?: number;
}

/** What its stat line alone tells: for a process that is gone before more could be read. */
export function describeStat(stat: ProcessStat, bootTime: BootTime): Process {
  return present({
    pid: stat.pid,
    name: stat.name,
    startedAtUsec: bootTime.atTicks(stat.startTicks),
    tty: terminalName(stat.terminal),
  });
}

/** Reads the other files of a process; what cannot be read is absent. */
export function readDetails(stat: ProcessStat, { files, bootTime, passwd, redact }: ProcessSources): ProcessDetails {
  const { pid } = stat;
  const { processPid = pid, uid } = parseStatus(files.text(`${pid}/status`) ?? '');
  const basics = describeStat(stat, bootTime);
  if (processPid !== pid) return { process: basics, threadOf: processPid };
  const command = parseCommandLine(files.bytes(`${pid}/cmdline`, maxCommandBytes) ?? Buffer.alloc(0));
  const cgroup = parseCgroup(files.text(`${pid}/cgroup`) ?? '') ?? '';
  const auditSession = parseAuditId(files.text(`${pid}/sessionid`) ?? '');
  const details = present({
    command: command === undefined ? undefined : redact(command),
    unit: unitOfCgroup(cgroup),
    uid,
    user: uid === undefined ? undefined : passwd.nameOf(uid),
    loginUid: parseAuditId(files.text(`${pid}/loginuid`) ?? ''),
    // logind's name and the kernel's number are the same, except where logind cannot use the number (`c1`).
    session: sessionOfCgroup(cgroup) ?? auditSession?.toString(),
    traceparent: findTraceparent(files.bytes(`${pid}/environ`, maxEnvironmentBytes) ?? Buffer.alloc(0)),
  });
  return { process: { ...basics, ...details } };
}
