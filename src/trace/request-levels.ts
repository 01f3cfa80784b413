import type { ClassifiedIncident } from '../model/incident.ts';
import type { Process } from '../model/process.ts';
import { signalName } from '../model/signal-names.ts';
import { formatUsec, isRealtimeUsec } from '../model/time.ts';
import { semantic, systemd } from './attribute-names.ts';
import { causeDisplay } from './cause-display.ts';
import type { PlannedSpan } from './planned-span.ts';
import { signalBySender } from './sender-evidence.ts';
import { foldLevels, type Level } from './span-chain.ts';
import { boundedList, boundedName, boundedText } from './trace-bounds.ts';

/** What the sender did, and below it the sender's ancestry, outermost first; nothing where no sender is known. */
export function requestLevels(classified: ClassifiedIncident): readonly Level[] {
  const { sender, ancestry } = classified.verdict;
  if (sender === undefined) return [];
  const processes = withSender(ancestry, sender);
  const levels = processes.map((process, index): Level => {
    const name = boundedName(process.name);
    return { key: `process ${index}`, role: 'process', name, attributes: processAttributes(process, processes[index - 1]) };
  });
  return [requestLevel(classified, sender), ...foldLevels(levels)];
}

function requestLevel(classified: ClassifiedIncident, sender: Process): Level {
  const signal = signalOf(classified);
  const { bySender, bySignal, bySystemd } = causeDisplay[classified.verdict.cause];
  const template = (isSystemd(sender) ? bySystemd : undefined) ?? (signal === undefined ? undefined : bySignal) ?? bySender;
  const name = template.replace(/\{(sender|signal)\}/g, (_, word) => (word === 'sender' ? sender.name : (signal ?? '')));
  const attributes = { [systemd.sender]: boundedText(sender.name), ...(signal !== undefined && { [systemd.signal]: signal }) };
  return { key: 'request', role: 'request', name: boundedName(name), attributes };
}

function signalOf(classified: ClassifiedIncident): string | undefined {
  const { cause, exit } = classified.verdict;
  const sent = signalBySender(classified)?.signal;
  if (sent !== undefined) return signalName(sent);
  const killed = (cause === 'signal' || cause === 'core-dump') && exit !== undefined && exit.code !== 'exited';
  return killed ? signalName(exit.status) : undefined;
}

function isSystemd({ pid, name }: Process): boolean {
  return pid === undefined ? name === 'systemd' : pid === 1;
}

/** The ancestry ends in the sender; where a witness shows only one of them, that one is shown. */
function withSender(ancestry: readonly Process[], sender: Process): readonly Process[] {
  const last = ancestry.at(-1);
  if (last === undefined) return [sender];
  const same = last.pid !== undefined && sender.pid !== undefined ? last.pid === sender.pid : last.name === sender.name;
  return same ? [...ancestry.slice(0, -1), { ...last, ...sender }] : [...ancestry, sender];
}

function processAttributes(process: Process, parent: Process | undefined): PlannedSpan['attributes'] {
  const { pid, name, command, user, uid, startedAtUsec, unit, session, tty, loginUid } = process;
  const born = startedAtUsec !== undefined && isRealtimeUsec(startedAtUsec) ? formatUsec(startedAtUsec) : undefined;
  return {
    ...(pid !== undefined && { [semantic.processPid]: pid }),
    ...(parent?.pid !== undefined && { [semantic.processParentPid]: parent.pid }),
    [semantic.processName]: boundedText(name),
    ...(command !== undefined && { [semantic.processArguments]: boundedList(command.split(' ')) }),
    ...(user !== undefined && { [semantic.processUserName]: boundedText(user) }),
    ...(uid !== undefined && { [semantic.processUserId]: uid }),
    // Never the span's start: one shell of last month would flatten the axis.
    ...(born !== undefined && { [semantic.processCreationTime]: born }),
    ...(unit !== undefined && { [systemd.processUnit]: boundedText(unit) }),
    ...(session !== undefined && { [systemd.processSession]: boundedText(session) }),
    ...(tty !== undefined && { [systemd.processTerminal]: boundedText(tty) }),
    ...(loginUid !== undefined && { [systemd.processLoginUid]: loginUid }),
  };
}
