import type { StopRequest } from '../../model/evidence.ts';
import type { Process } from '../../model/process.ts';
import { present } from '../present.ts';
import { parseBusName, parsePid, parseSignal, parseUnitName, parseUsec } from './field-values.ts';
import { actionOfJobType, serviceResultWord, unitActiveStateWord } from './number-words.ts';
import type { Opening, OpeningPattern, RecordBody } from './opening.ts';

type Groups = Readonly<Record<string, string | undefined>>;

/** First lines of the scripts that printed the systemd 262 recordings (test/scenarios/systemd-262-stap*). */
export const exploratoryOpenings: readonly OpeningPattern[] = [
  {
    pattern:
      /^(?<usec>\d+) start_generic unit=(?<unit>\S+) job_type=(?<type>\d{1,3}) sender=(?<sender>\S+) ucred_pid=(?<pid>-?\d+)\s*$/,
    read: readRequest,
  },
  {
    pattern:
      /^(?<usec>\d+) (?<function>service_[a-z_]+) unit=(?<unit>\S+)(?: main_pid=(?<main>-?\d+))?(?: control_pid=(?<control>-?\d+))?(?: result=(?<result>-?\d+))?\s*$/,
    read: readServiceFunction,
  },
  {
    pattern:
      /^(?<usec>\d+) signal sig=(?<signal>\d+) from=(?<from>.{0,64})\((?<fromPid>\d+)\) to=(?<to>.{0,64})\((?<toPid>\d+)\)\s*$/s,
    read: readSignal,
  },
  { pattern: /^method_start_generic jobtype=(?<type>\d{1,3})\s*$/, read: readRequestWithoutUnit },
  { pattern: /^unit_notify (?<old>\d{1,2}) -> (?<new>\d{1,2})\s*$/, read: readUnitNotify },
  { pattern: /^(?<function>unit_stop) by .{0,64}\(\d+\) t=(?<usec>\d+)\s*$/s, read: readUnitStop },
];

function readRequest({ usec, unit: name, type, sender, pid: digits }: Groups): Opening | undefined {
  const atUsec = parseUsec(usec ?? '');
  const unit = parseUnitName(name ?? '');
  const busName = parseBusName(sender ?? '');
  if (atUsec === undefined || unit === undefined || (busName === undefined && sender !== '-')) return undefined;
  const pid = parsePid(digits ?? '');
  return {
    atUsec,
    follows: 'ancestry',
    complete: (body, witness) => ({
      ...witness,
      kind: 'request',
      unit,
      action: actionOfJobType(Number(type)),
      ...(busName === undefined ? caller(body, pid) : { busName }),
    }),
  };
}

/**
 * The caller over the private socket. On the system bus the connection's credentials are those of whoever
 * called listen() on dbus.socket, PID 1: there pid and ancestry say nothing (SYSTEMD.md, finding 5).
 */
function caller({ ancestry = [] }: RecordBody, pid: number | undefined): Pick<StopRequest, 'sender' | 'ancestry'> {
  const sender = ancestry.at(-1);
  return sender === undefined || sender.pid !== pid ? {} : { sender, ancestry };
}

function readServiceFunction({ usec, unit: name, function: probed, main, control, result }: Groups): Opening | undefined {
  const atUsec = parseUsec(usec ?? '');
  const unit = parseUnitName(name ?? '');
  if (atUsec === undefined || unit === undefined) return undefined;
  const said = present({
    unit,
    function: probed,
    mainPid: parsePid(main ?? ''),
    controlPid: parsePid(control ?? ''),
    result: serviceResultWord(Number(result ?? -1)),
  });
  return {
    atUsec,
    follows: 'frames',
    complete: ({ frames }, witness) => ({ ...witness, ...said, kind: 'call-path', frames }),
  };
}

function readSignal({ usec, signal: number, from, fromPid, to, toPid }: Groups): Opening | undefined {
  const atUsec = parseUsec(usec ?? '');
  const signal = parseSignal(number ?? '');
  const sender = processOf(from, fromPid);
  const target = processOf(to, toPid);
  if (atUsec === undefined || signal === undefined || sender === undefined || target === undefined) return undefined;
  return {
    atUsec,
    follows: 'ancestry',
    complete: ({ ancestry }, witness) => ({
      ...witness,
      kind: 'signal',
      signal,
      sender,
      target,
      ...(ancestry?.at(-1)?.pid === sender.pid ? { ancestry } : {}),
    }),
  };
}

function processOf(name: string | undefined, digits: string | undefined): Process | undefined {
  const pid = parsePid(digits ?? '');
  return pid === undefined ? undefined : { pid, name: name || 'unknown' };
}

function readRequestWithoutUnit({ type }: Groups): Opening {
  return {
    follows: 'nothing',
    complete: (_, witness) => ({ ...witness, kind: 'request', action: actionOfJobType(Number(type)) }),
  };
}

function readUnitNotify(groups: Groups): Opening | undefined {
  const oldState = unitActiveStateWord(Number(groups['old']));
  const newState = unitActiveStateWord(Number(groups['new']));
  if (oldState === undefined || newState === undefined) return undefined;
  return {
    follows: 'frames',
    complete: ({ frames }, witness) => ({ ...witness, kind: 'call-path', function: 'unit_notify', frames, oldState, newState }),
  };
}

function readUnitStop({ usec }: Groups): Opening | undefined {
  const atUsec = parseUsec(usec ?? '');
  if (atUsec === undefined) return undefined;
  return {
    atUsec,
    follows: 'frames',
    complete: ({ frames }, witness) => ({ ...witness, kind: 'call-path', function: 'unit_stop', frames }),
  };
}
