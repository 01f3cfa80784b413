import {
  type CallPath,
  type CgroupEmptied,
  type Evidence,
  type JobPulled,
  type OomVictim,
  type ProcessExit,
  type RequestAction,
  requestActions,
  type SignalSent,
  type StopRequest,
  type TaskMoved,
} from '../../model/evidence.ts';
import type { Ancestry, Process } from '../../model/process.ts';
import { unitOfCgroup } from '../../model/unit.ts';
import { present } from '../present.ts';
import type { FieldReader } from './field-reader.ts';
import {
  integerBetween,
  parseBusName,
  parseCgroup,
  parseFunctionName,
  parseId128,
  parsePid,
  parseSignal,
  parseUnitName,
  parseWord,
} from './field-values.ts';
import { serviceResultWord } from './number-words.ts';
import type { RowsOfRecord } from './record-body.ts';
import { innermostFunction, judgeFrames } from './symbol-trust.ts';
import type { Witness } from './witness.ts';

/** Reads a record's fields and rows as evidence; undefined where something it cannot do without is missing. */
type ReadRecord = (fields: FieldReader, rows: RowsOfRecord, witness: Witness) => Evidence | undefined;

/** The kinds of stap/RECORD.md that are evidence; `lost` is none. */
export const evidenceKinds: ReadonlyMap<string, ReadRecord> = new Map<string, ReadRecord>([
  ['stop', readStop],
  ['request', readRequest],
  ['pull', readPull],
  ['signal', readSignal],
  ['oom', readOom],
  ['move', readMove],
  ['empty', readEmpty],
]);

const parseSerial = integerBetween(1, 0xffff_ffff);
const parseCode = integerBetween(-0x8000_0000, 0x7fff_ffff);

function readStop(fields: FieldReader, rows: RowsOfRecord, witness: Witness): CallPath {
  const hasAllSymbols = fields.optional('symbols', parseWord) !== 'exported';
  const frames = judgeFrames(rows.frames).map((frame) => (hasAllSymbols ? frame : { ...frame, reliable: false }));
  const said = present({
    unit: fields.optional('unit', parseUnitName),
    function: fields.optional('function', parseFunctionName) ?? innermostFunction(frames),
    result: fields.optional('result', parseResult) || undefined,
    oldState: fields.optional('old_state', parseWord),
    newState: fields.optional('new_state', parseWord),
    mainPid: fields.optional('main_pid', parsePid),
    controlPid: fields.optional('control_pid', parsePid),
    invocationId: fields.optional('invocation_id', parseId128),
    exit: readExit(fields),
  });
  return { ...witness, ...said, kind: 'call-path', frames };
}

function readExit(fields: FieldReader): ProcessExit | undefined {
  const code = fields.optional('exit_code', parseExitCode);
  const status = fields.optional('exit_status', integerBetween(0, 255));
  return code === undefined || status === undefined ? undefined : { code, status };
}

function parseExitCode(text: string): ProcessExit['code'] | undefined {
  return text === 'exited' || text === 'killed' || text === 'dumped' ? text : undefined;
}

/** systemd's word, or its number where that means the same in all versions; '' where it does not. */
function parseResult(text: string): string | undefined {
  return /^\d{1,3}$/.test(text) ? (serviceResultWord(Number(text)) ?? '') : parseWord(text);
}

function readRequest(fields: FieldReader, { ancestry }: RowsOfRecord, witness: Witness): StopRequest | undefined {
  const busName = fields.optional('bus_name', parseBusName);
  const action = fields.required('action', parseAction);
  if (action === undefined) return undefined;
  const said = present({
    unit: fields.optional('unit', parseUnitName),
    mode: fields.optional('mode', parseWord),
    method: fields.optional('method', (text) => (/^[A-Za-z]\w{0,254}$/.test(text) ? text : undefined)),
    jobId: fields.optional('job', parseSerial),
    serial: fields.optional('serial', parseSerial),
    busName,
  });
  // A connection of the system bus has the credentials of PID 1, who is never the caller (SYSTEMD.md, finding 5).
  const isListener = busName !== undefined && ancestry.at(-1)?.pid === 1;
  return { ...witness, ...said, ...(isListener ? {} : senderOf(ancestry)), kind: 'request', action };
}

function readPull(fields: FieldReader, _rows: RowsOfRecord, witness: Witness): JobPulled | undefined {
  const unit = fields.required('unit', parseUnitName);
  const action = fields.required('action', parseAction);
  const byUnit = fields.optional('by_unit', parseUnitName);
  const id = fields.optional('by_job', parseSerial);
  const byAction = fields.optional('by_action', parseAction);
  if (unit === undefined || action === undefined) return undefined;
  const byJob = byAction === undefined ? undefined : present({ id, action: byAction });
  return { ...witness, ...present({ byUnit, byJob }), kind: 'job-pulled', unit, action };
}

/** A job type of a later version, or one we have no word for, is `other`. */
function parseAction(text: string): RequestAction | undefined {
  return requestActions.find((action) => action === text) ?? (parseWord(text) === undefined ? undefined : 'other');
}

function readSignal(fields: FieldReader, { ancestry, target }: RowsOfRecord, witness: Witness): SignalSent | undefined {
  const signal = fields.required('signal', parseSignal);
  const code = fields.optional('code', parseCode);
  const sent = senderOf(ancestry);
  if (signal === undefined || target === undefined || sent === undefined) return undefined;
  const said = present({
    unit: fields.optional('unit', parseUnitName) ?? target.unit,
    // The kernel's own codes are positive, those of kill(), tgkill() and sigqueue() are not (SI_FROMUSER).
    fromKernel: code === undefined ? undefined : code > 0,
  });
  return { ...witness, ...said, ...sent, kind: 'signal', signal, target };
}

function readOom(fields: FieldReader, { target }: RowsOfRecord, witness: Witness): OomVictim | undefined {
  const unit = fields.optional('unit', parseUnitName) ?? target?.unit;
  return target === undefined ? undefined : { ...witness, ...present({ unit }), kind: 'oom-victim', target };
}

function readMove(fields: FieldReader, { ancestry, task }: RowsOfRecord, witness: Witness): TaskMoved | undefined {
  const to = fields.required('to', parseCgroup);
  const from = fields.optional('from', parseCgroup);
  const sent = senderOf(ancestry);
  if (to === undefined || task === undefined || sent === undefined) return undefined;
  const unit = fields.optional('unit', parseUnitName) ?? unitOfCgroup(from ?? '');
  return { ...witness, ...present({ from, unit }), ...sent, kind: 'cgroup-move', to, task };
}

function readEmpty(fields: FieldReader, { ancestry }: RowsOfRecord, witness: Witness): CgroupEmptied | undefined {
  const cgroup = fields.required('cgroup', parseCgroup);
  const sent = senderOf(ancestry);
  if (cgroup === undefined || sent === undefined) return undefined;
  const unit = fields.optional('unit', parseUnitName) ?? unitOfCgroup(cgroup);
  const how = fields.optional('how', parseHow);
  return { ...witness, ...present({ unit, how }), kind: 'cgroup-empty', cgroup, by: sent.sender, ancestry: sent.ancestry };
}

function parseHow(text: string): CgroupEmptied['how'] {
  return text === 'exit' || text === 'migration' ? text : undefined;
}

function senderOf(ancestry: Ancestry): { readonly sender: Process; readonly ancestry: Ancestry } | undefined {
  const sender = ancestry.at(-1);
  return sender === undefined ? undefined : { sender, ancestry };
}
