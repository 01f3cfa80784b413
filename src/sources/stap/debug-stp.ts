import type { RealtimeUsec } from '../../model/time.ts';
import { present } from '../present.ts';
import { parseCtime } from './ctime.ts';
import { parsePid, parseUnitName } from './field-values.ts';
import type { Opening, OpeningPattern } from './opening.ts';
import { unquote } from './quoted-value.ts';
import { innermostFunction } from './symbol-trust.ts';

/** debug.stp of 2020 probes this function and no other. */
const probedFunction = 'service_enter_stop';

/** The script prints this line for every unit, and more than this for one. */
export const debugStpOpenings: readonly OpeningPattern[] = [
  {
    pattern: /^the meta_id=(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>\S+))\s*$/s,
    read: ({ quoted, bare }) => {
      if (bare === '<unknown>') return debugStpOpening(undefined);
      const unit = parseUnitName((quoted === undefined ? bare : unquote(quoted)) ?? '');
      return unit === undefined ? undefined : debugStpOpening(unit);
    },
  },
];

function debugStpOpening(unit: string | undefined): Opening {
  return {
    follows: 'frames',
    isDebugStp: true,
    complete: (body, witness) => ({
      ...witness,
      ...present({ unit, mainPid: body.mainPid, controlPid: body.controlPid }),
      kind: 'call-path',
      function: innermostFunction(body.frames) ?? probedFunction,
      frames: body.frames,
    }),
  };
}

/** A stack without its first line, as an excerpt has it: the unit is unknown. */
export const headlessOpening: Opening = {
  follows: 'frames',
  isDebugStp: true,
  complete: (body, witness) => ({
    ...witness,
    ...present({ mainPid: body.mainPid, controlPid: body.controlPid, function: innermostFunction(body.frames) }),
    kind: 'call-path',
    frames: body.frames,
  }),
};

export interface ServicePids {
  readonly mainPid?: number;
  readonly controlPid?: number;
}

/** `the main_pid=0, control_pid=0`; undefined where the line is something else. */
export function parsePidsLine(line: string): ServicePids | undefined {
  const groups = /^the main_pid=(?<main>-?\d+), control_pid=(?<control>-?\d+)\s*$/.exec(line)?.groups;
  if (groups === undefined) return undefined;
  return present({ mainPid: parsePid(groups['main'] ?? ''), controlPid: parsePid(groups['control'] ?? '') });
}

/**
 * The time in the script's process tree, the last line of its record: `CTIME: systemd (1), 1, 0`, several of
 * them joined by ` -> ` where the task is not PID 1.
 */
export function parseProcessTreeTime(line: string): RealtimeUsec | undefined {
  const groups = /^(?<ctime>.{24}): .{1,64}? \(\d+\), \d+, \d+(?: ->.*)?\s*$/s.exec(line)?.groups;
  return parseCtime(groups?.['ctime'] ?? '');
}
