import type { JournalEntry, JournalEvent } from '../../model/evidence.ts';
import type { Process } from '../../model/process.ts';
import { redactText } from '../../model/redact.ts';
import { unitOfCgroup } from '../../model/unit.ts';
import { present } from '../present.ts';
import { eventIds } from './event-ids.ts';
import { type MatchedPattern, matchEventPattern } from './event-patterns.ts';
import type { JournalFields } from './journal-fields.ts';
import { isWrittenBy } from './journal-trust.ts';

type EntryFields = Omit<JournalEntry, 'kind' | 'source' | 'atUsec' | 'origin' | 'raw'>;

/** Of a line of text; journald allows 48 KiB. */
const maxMessageLength = 2048;

/** What an entry of the journal tells about a stop; undefined where it tells nothing, or may be forged. */
export function entryOf(fields: JournalFields): EntryFields | undefined {
  const message = fields.text('MESSAGE')?.slice(0, maxMessageLength) ?? '';
  const known = eventIds.get(fields.text('MESSAGE_ID')?.toLowerCase() ?? '');
  if (known !== undefined) {
    return isWrittenBy(known.author, fields) ? entryWithId(known.event, fields, message) : undefined;
  }
  const match = matchEventPattern(fields, message);
  return match === undefined ? undefined : entryWithText(match, fields, message);
}

function entryWithId(event: JournalEvent, fields: JournalFields, message: string): EntryFields | undefined {
  if (event === 'shutdown') return { event, message: redactText(message), ...common(fields) };
  if (event === 'core-dump') return coreDump(fields, message);
  const unit = fields.text('UNIT');
  return unit === undefined
    ? undefined
    : { event, unit, message: redactText(message), ...common(fields), ...details(event, fields, message) };
}

function entryWithText(match: MatchedPattern, fields: JournalFields, message: string): EntryFields | undefined {
  const { event, aboutUnit, groups } = match;
  const told = { event, message: redactText(message), ...common(fields) };
  if (!aboutUnit) return { ...told, ...present({ sender: senderOf(groups) }) };
  const unit = fields.text('UNIT') ?? groups['unit'] ?? ownUnitOfCgroup(groups['cgroup']);
  if (unit === undefined) return undefined;
  return {
    ...told,
    unit,
    ...details(event, fields, message),
    ...present({ unitResult: groups['result'] ?? fields.text('UNIT_RESULT') }),
  };
}

/** What all entries may have. */
function common(fields: JournalFields): Partial<EntryFields> {
  const host = present({
    machineId: fields.text('_MACHINE_ID'),
    bootId: fields.text('_BOOT_ID'),
    hostname: fields.text('_HOSTNAME'),
  });
  return present({ cursor: fields.text('__CURSOR'), host: Object.keys(host).length === 0 ? undefined : host });
}

/** What entries about units may have; systemd 219 calls a job's result RESULT. */
function details(event: JournalEvent, fields: JournalFields, message: string): Partial<EntryFields> {
  return {
    ...present({
      invocationId: fields.text('INVOCATION_ID'),
      jobId: fields.number('JOB_ID'),
      jobType: fields.text('JOB_TYPE'),
      jobResult: fields.text('JOB_RESULT') ?? fields.text('RESULT'),
      unitResult: fields.text('UNIT_RESULT'),
      restarts: fields.number('N_RESTARTS'),
    }),
    ...(event === 'process-exit' ? processExit(fields, message) : {}),
    ...(event === 'client-signal' ? present({ process: processNamedIn(message) }) : {}),
  };
}

function processExit(fields: JournalFields, message: string): Partial<EntryFields> {
  return present({
    exitCode: fields.text('EXIT_CODE') ?? /\bcode=(?<code>exited|killed|dumped)\b/.exec(message)?.groups?.['code'],
    exitStatus: fields.number('EXIT_STATUS') ?? exitStatusOf(message),
    process: processNamedIn(message) ?? processOfCommand(fields.text('COMMAND')),
  });
}

/** `status=9/KILL`, `status=3/NOTIMPLEMENTED`. */
function exitStatusOf(message: string): number | undefined {
  const status = /\bstatus=(?<status>\d{1,3})\b/.exec(message)?.groups?.['status'];
  return status === undefined ? undefined : Number(status);
}

function processNamedIn(message: string): 'main' | 'control' | undefined {
  const word = /\b(?<word>main|control) process\b/i.exec(message)?.groups?.['word']?.toLowerCase();
  return word === 'main' || word === 'control' ? word : undefined;
}

/** `ExecStart`, `ExecReload`, … */
function processOfCommand(command: string | undefined): 'main' | 'control' | undefined {
  if (command === undefined) return undefined;
  return command === 'ExecStart' ? 'main' : 'control';
}

function senderOf({ pid, comm, unit }: MatchedPattern['groups']): Process | undefined {
  if (pid === undefined) return undefined;
  return present({ pid: Number(pid), name: comm === undefined || comm === '' || comm === 'n/a' ? 'unknown' : comm, unit });
}

/** systemd-coredump names the unit of the process that dumped; of a user's unit only the user's manager can tell. */
function coreDump(fields: JournalFields, message: string): EntryFields | undefined {
  const unit = fields.text('COREDUMP_UNIT');
  if (unit === undefined || fields.text('COREDUMP_USER_UNIT') !== undefined) return undefined;
  const exitStatus = fields.number('COREDUMP_SIGNAL');
  return { event: 'core-dump', unit, message: redactText(firstLine(message)), ...common(fields), ...present({ exitStatus }) };
}

/** The rest is the stack. */
function firstLine(message: string): string {
  const end = message.indexOf('\n');
  return end === -1 ? message : message.slice(0, end);
}

/** The unit whose whole cgroup it is: what lies below a unit is its own business. */
function ownUnitOfCgroup(cgroup: string | undefined): string | undefined {
  const unit = cgroup === undefined ? undefined : unitOfCgroup(cgroup);
  return unit !== undefined && cgroup?.endsWith(`/${unit}`) === true ? unit : undefined;
}
