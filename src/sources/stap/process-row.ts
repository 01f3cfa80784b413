import type { Process } from '../../model/process.ts';
import { redactCommand } from '../../model/redact.ts';
import { unitOfCgroup } from '../../model/unit.ts';
import { present } from '../present.ts';
import type { FieldReader } from './field-reader.ts';
import { integerBetween, parseCgroup, parsePid, parseText, parseUnitName, parseUsec } from './field-values.ts';
import { formatKeyValue } from './key-values.ts';
import { maxCommandLength } from './record-limits.ts';

/** The name of a process that was gone before its name could be read. */
const nameless = 'unknown';

const parseUid = integerBetween(0, 0xffff_ffff);

/** The kernel's number for a process nobody logged in for. */
const noLogin = 0xffff_ffff;

/** Reads a process's row, its command without secrets; undefined where one of its fields is malformed. */
export function readProcess(fields: FieldReader): Process | undefined {
  const loginUid = fields.optional('login_uid', parseUid);
  const unit = fields.optional('unit', parseUnitName);
  const cgroup = fields.optional('cgroup', parseCgroup);
  const process = present({
    pid: fields.optional('pid', parsePid),
    name: fields.optional('comm', parseText) || nameless,
    command: fields.optional('command', parseText),
    startedAtUsec: fields.optional('start', parseUsec),
    unit: unit ?? unitOfCgroup(cgroup ?? ''),
    user: fields.optional('user', parseText),
    uid: fields.optional('uid', parseUid),
    loginUid: loginUid === noLogin ? undefined : loginUid,
    session: fields.optional('session', parseText),
    tty: fields.optional('tty', parseText),
    traceparent: fields.optional('traceparent', parseText),
  });
  return fields.isMalformed ? undefined : process;
}

/** Without what is secret, also where the other side removes it again. */
function visibleCommand(text: string): string {
  return redactCommand(text).slice(0, maxCommandLength);
}

/** A process's row without its line break; the word says what the process is to the record. */
export function formatProcessRow(word: 'process' | 'target' | 'task', process: Process, withCommand: boolean): string {
  const values: readonly (readonly [string, string | number | undefined])[] = [
    ['pid', process.pid],
    ['comm', process.name],
    ['start', process.startedAtUsec],
    ['uid', process.uid],
    ['user', process.user],
    ['login_uid', process.loginUid],
    ['session', process.session],
    ['tty', process.tty],
    ['unit', process.unit],
    ['traceparent', process.traceparent],
    ['command', withCommand && process.command !== undefined ? visibleCommand(process.command) : undefined],
  ];
  const pairs = values.flatMap(([key, value]) => (value === undefined ? [] : [formatKeyValue(key, value)]));
  return ` ${word} ${pairs.join(' ')}`;
}
