import type { Evidence, JobAdded, JournalEntry, StopRequest } from '../model/evidence.ts';
import { asksForShutdown, shutdownTargets } from '../model/shutdown.ts';
import type { RealtimeUsec } from '../model/time.ts';
import type { Finding } from './cause-rules.ts';
import type { Facts } from './facts.ts';
import { isShortlyBefore } from './unseen-caller.ts';

/** The machine ends. That it does is told by logind or PID 1; who asked for it, by the command before. */
export function byShutdown({ incident: { related, evidence } }: Facts): Finding | undefined {
  const carried = [...related, ...evidence].filter(isCarriedOut);
  const asked = whoAsked(related, carried[0]?.atUsec) ?? carried.find(({ kind }) => kind === 'request');
  // Who shows the call shows what follows, too: this one was refused unseen, or is to be carried out later.
  if (carried.length === 0 && (asked?.source === 'dbus' || asked?.source === 'journal')) return undefined;
  const told = carried.find(({ kind }) => kind !== 'request');
  const basis = [asked, told].filter((one) => one !== undefined);
  return basis.length === 0 ? undefined : { cause: 'shutdown', attribution: 'proven', basis, rule: 'shutdown-transaction' };
}

/** What follows a command that was not refused. */
function isCarriedOut(one: Evidence): one is StopRequest | JournalEntry | JobAdded {
  switch (one.kind) {
    case 'request':
      return one.action !== 'shutdown' && asksForShutdown(one);
    case 'journal':
      return one.event === 'shutdown';
    case 'job-added':
      return shutdownTargets.has(one.unit);
    default:
      return false;
  }
}

/** logind acts at once; the bus may be seen a moment later than its log is written. */
const lagUsec = 1_000_000;

/** The command behind what was carried out at this time; where its caller is not known, whom logind names in its log. */
function whoAsked(
  related: readonly Evidence[],
  carriedOutUsec: RealtimeUsec | undefined,
): StopRequest | JournalEntry | undefined {
  const before = related.filter((one) => !isLongBefore(one, carriedOutUsec) && !isLater(one, carriedOutUsec));
  const command = shutdownCommand(before, related);
  return command !== undefined && isCallerKnown(command, related) ? command : (before.findLast(isNamedByLogind) ?? command);
}

function isLater({ atUsec = 0 }: Evidence, carriedOutUsec = Number.POSITIVE_INFINITY): boolean {
  return atUsec > carriedOutUsec + lagUsec;
}

/** Inhibitors may delay logind for five seconds, if not told otherwise. */
const maxDelayUsec = 10_000_000;

/** The bus shows who was refused; of all others one that was, or has given up, is not behind a later shutdown. */
function isLongBefore({ source, atUsec = 0 }: Evidence, carriedOutUsec: RealtimeUsec | undefined): boolean {
  return source !== 'dbus' && carriedOutUsec !== undefined && carriedOutUsec - atUsec > maxDelayUsec;
}

/** The last command; where its caller is not known, one shortly before it whose is: a probe sees it begin, the bus what it asks. */
export function shutdownCommand(before: readonly Evidence[], related: readonly Evidence[]): StopRequest | undefined {
  const commands = before.filter((one): one is StopRequest => one.kind === 'request' && one.action === 'shutdown');
  const last = commands.at(-1);
  if (last === undefined || isCallerKnown(last, related)) return last;
  return commands.findLast((one) => isCallerKnown(one, related) && isShortlyBefore(one.atUsec, last.atUsec)) ?? last;
}

function isCallerKnown({ sender, busName }: StopRequest, related: readonly Evidence[]): boolean {
  return sender !== undefined || related.some((one) => one.kind === 'bus-peer' && one.busName === busName);
}

/** systemd 262: "reboot requested from client PID 137 ('systemctl') (unit operator.service)...". */
const ofShutdown = /^(?:poweroff|reboot|halt|kexec|soft-reboot) requested from client PID/i;

function isNamedByLogind(one: Evidence): one is JournalEntry {
  return one.kind === 'journal' && one.event === 'manager-request' && one.sender !== undefined && ofShutdown.test(one.message);
}
