import type { JournalEvent } from '../../model/evidence.ts';
import type { JournalFields } from './journal-fields.ts';
import { type Author, isWrittenBy } from './journal-trust.ts';

/** An entry without MESSAGE_ID. systemd does not translate its log, and functions keep their names longer than texts. */
interface EventPattern {
  readonly event: JournalEvent;
  readonly author: Author;
  /** CODE_FUNC; any where absent. */
  readonly functions?: readonly string[];
  /** Named groups: `pid`, `comm`, `unit`, `cgroup`, `result`. */
  readonly message: RegExp;
  /** The unit is in UNIT= or in the text; without one the entry tells nothing. */
  readonly aboutUnit: boolean;
  readonly reference: string;
}

const exitFunctions = ['service_sigchld_event', 'unit_log_process_exit'];

export const eventPatterns: readonly EventPattern[] = [
  {
    event: 'runtime-limit',
    author: 'pid-1',
    functions: ['service_dispatch_timer'],
    message: /reached runtime time limit/,
    aboutUnit: true,
    reference: 'service.c, RuntimeMaxSec=, since v229',
  },
  {
    event: 'timed-out',
    author: 'pid-1',
    functions: ['service_dispatch_timer'],
    // A unit goes on when "Reload operation timed out. Killing reload process."
    message: /^(?!.*reload operation).*timed out/i,
    aboutUnit: true,
    reference: 'service.c: "State \'stop-sigterm\' timed out. Killing.", v219 "X stop-sigterm timed out. Killing."',
  },
  {
    event: 'watchdog',
    author: 'pid-1',
    functions: ['service_dispatch_watchdog'],
    message: /watchdog timeout/i,
    aboutUnit: true,
    reference: 'service.c: "Watchdog timeout (limit 1s)!"',
  },
  {
    event: 'watchdog',
    author: 'pid-1',
    functions: ['service_force_watchdog'],
    message: /watchdog request/i,
    aboutUnit: true,
    reference: 'service.c: WATCHDOG=trigger, since v243',
  },
  {
    event: 'bus-name-lost',
    author: 'pid-1',
    functions: [
      'service_enter_running',
      'service_enter_exited_or_stop',
      'service_dispatch_bus_name_grace',
      'service_bus_name_owner_change',
    ],
    message: /D-Bus name \S+ (?:vanished|no longer owned|now not owned)/,
    aboutUnit: true,
    reference: 'service.c, v262; older versions say it at debug level only',
  },
  {
    event: 'killing',
    author: 'pid-1',
    functions: ['log_kill'],
    message: /Killing process (?<pid>\d{1,10}) \((?<comm>.{0,64})\) with signal/,
    aboutUnit: true,
    reference: 'unit.c log_kill(), since v231',
  },
  {
    event: 'client-signal',
    author: 'pid-1',
    message: /^(?:[^ ]{1,256}: )?(?:Sent|Sending|Killed|Queued) .{1,512} on client request\.$/,
    aboutUnit: true,
    reference: 'unit.c kill_common_log(), since v247',
  },
  {
    event: 'manager-request',
    author: 'pid-1',
    functions: ['log_caller', 'manager_log_caller'],
    message:
      /requested from client PID (?<pid>\d{1,10})(?: \('(?<comm>.{0,64}?)'\))?(?: \(unit (?<unit>[^ ()]{1,256})\))?(?:\.\.\.|$)/,
    aboutUnit: false,
    reference: 'dbus-manager.c log_caller(), since v253',
  },
  {
    event: 'manager-request',
    author: 'logind',
    functions: ['log_shutdown_caller'],
    message:
      /requested from client PID (?<pid>\d{1,10})(?: \('(?<comm>.{0,64}?)'\))?(?: \(unit (?<unit>[^ ()]{1,256})\))?(?:\.\.\.|$)/,
    aboutUnit: false,
    reference: 'logind-dbus.c log_shutdown_caller(), v262',
  },
  {
    event: 'manager-signal',
    author: 'pid-1',
    message: /^Receiv(?:ed|ing) SIG(?!CHLD)[A-Z0-9+]{1,16} from PID (?<pid>\d{1,10}) \((?<comm>.{0,64})\)\.$/,
    aboutUnit: false,
    reference: 'log.c log_received_signal()',
  },
  {
    event: 'process-exit',
    author: 'pid-1',
    functions: exitFunctions,
    message: /(?<process>[Mm]ain|[Cc]ontrol) process exited, code=/,
    aboutUnit: true,
    reference: 'service.c service_sigchld_event(), v219 and v239',
  },
  {
    event: 'failure',
    author: 'pid-1',
    functions: ['service_enter_dead'],
    message: /Failed with result '(?<result>[a-z-]{1,32})'/,
    aboutUnit: true,
    reference: 'service.c, upstream v230 to v239',
  },
  {
    event: 'failure',
    author: 'pid-1',
    functions: ['unit_notify'],
    message: /^Unit (?<unit>[^ ]{1,256}) entered failed state\.$/,
    aboutUnit: true,
    reference: 'unit.c, v219',
  },
  {
    event: 'oomd-kill',
    author: 'oomd',
    message: /^Killed (?<cgroup>\/[^ ]{1,4096}) due to memory (?:pressure|used)/,
    aboutUnit: true,
    reference: 'oomd-manager.c, since v252',
  },
];

export interface MatchedPattern extends EventPattern {
  readonly groups: Readonly<Record<string, string | undefined>>;
}

/** What an entry without MESSAGE_ID tells, by its author, its function and its text. */
export function matchEventPattern(fields: JournalFields, message: string): MatchedPattern | undefined {
  const codeFunction = fields.text('CODE_FUNC') ?? '';
  for (const pattern of eventPatterns) {
    if (pattern.functions !== undefined && !pattern.functions.includes(codeFunction)) continue;
    const match = pattern.message.exec(message);
    if (match !== null && isWrittenBy(pattern.author, fields)) return { ...pattern, groups: match.groups ?? {} };
  }
  return undefined;
}
