import type { BusPeer, Evidence, ProcessTree, SignalSent, StopRequest } from '../model/evidence.ts';
import type { Ancestry, Process } from '../model/process.ts';
import { matchesUnit } from '../model/unit.ts';
import type { Finding } from './cause-rules.ts';
import type { Facts } from './facts.ts';
import { oomVictimOf } from './oom-victim.ts';
import { asksFor } from './origin-rules.ts';

/** Who made the stop happen, how that is known, and from what. */
export interface SenderFinding {
  readonly rule: string;
  readonly sender?: Process;
  readonly ancestry?: Ancestry;
  readonly basis: readonly Evidence[];
  /** The service ended by itself: there is nobody to look for. */
  readonly endedByItself?: boolean;
  /** For an empty cgroup: what emptied it. */
  readonly emptiedBy?: 'signal' | 'exit' | 'migration';
}

const nobodyKnown: SenderFinding = { rule: 'sender-unknown', basis: [] };

export function findSender(facts: Facts, finding: Finding): SenderFinding {
  switch (finding.cause) {
    case 'dependency':
      return finding.isOfPidOne === true ? pidOne(facts) : (requester(facts, finding) ?? nobodyKnown);
    case 'requested':
    case 'shutdown':
      return requester(facts, finding) ?? nobodyKnown;
    case 'signal':
    case 'core-dump':
      return killer(facts) ?? nobodyKnown;
    case 'cgroup-empty':
      return emptier(facts) ?? pidOne(facts);
    case 'watchdog':
    case 'timeout':
    case 'bus-name-lost':
    case 'resources':
    case 'protocol':
      return pidOne(facts);
    case 'oom-kill':
      return oomKiller(facts);
    case 'notify-stopping':
    case 'exit-code':
      return { rule: 'ended-by-itself', basis: [], endedByItself: true };
    case 'exited':
      return facts.exit?.code === 'exited' ? { rule: 'ended-by-itself', basis: [], endedByItself: true } : nobodyKnown;
    default:
      return nobodyKnown;
  }
}

function requester(facts: Facts, finding: Finding): SenderFinding | undefined {
  const request = finding.basis.find((one): one is StopRequest => one.kind === 'request');
  if (request !== undefined) return caller(facts, request) ?? fromTree(facts);
  const entry = finding.basis.find((one) => one.kind === 'journal' && one.sender !== undefined);
  if (entry?.kind === 'journal' && entry.sender !== undefined)
    return { rule: 'named-by-systemd', sender: entry.sender, basis: [entry] };
  return fromTree(facts);
}

function caller({ incident }: Facts, request: StopRequest): SenderFinding | undefined {
  if (request.sender !== undefined) {
    const ancestry = request.ancestry ?? [request.sender];
    return { rule: 'request-sender', sender: request.sender, ancestry, basis: [request] };
  }
  const peer = request.busName === undefined ? undefined : peerOf(request.busName, incident.related);
  if (peer === undefined) return undefined;
  return { rule: 'bus-peer', sender: peer.process, ancestry: peer.ancestry ?? [peer.process], basis: [request, peer] };
}

function peerOf(busName: string, related: readonly Evidence[]): BusPeer | undefined {
  return related.find((one): one is BusPeer => one.kind === 'bus-peer' && one.busName === busName);
}

function fromTree({ incident }: Facts): SenderFinding | undefined {
  const tree = incident.evidence.find((one): one is ProcessTree => one.kind === 'process-tree' && asksFor(one, incident.unit));
  const ancestry = tree?.requests.find(({ units }) => units.some((pattern) => matchesUnit(pattern, incident.unit)))?.ancestry;
  const sender = ancestry?.at(-1);
  if (tree === undefined || ancestry === undefined || sender === undefined) return undefined;
  return { rule: 'process-tree', sender, ancestry, basis: [tree] };
}

/** The last signal to the main process of the kind that killed it. PID 1's own signals end a stop; they do not begin one. */
function killer(facts: Facts): SenderFinding | undefined {
  const signals = facts.incident.evidence.filter(
    (one): one is SignalSent => one.kind === 'signal' && (one.sender.pid !== 1 || one.fromKernel === true),
  );
  const toMain = signals.filter((signal) => facts.mainPids.has(signal.target.pid ?? 0));
  const status = facts.exit?.status;
  const fatal = (toMain.length > 0 ? toMain : signals).findLast(({ signal }) => status === undefined || signal === status);
  return fatal === undefined ? undefined : fromSignal(fatal);
}

function fromSignal(signal: SignalSent): SenderFinding {
  if (isOwnSignal(signal)) return { rule: 'ended-by-itself', basis: [signal], endedByItself: true };
  if (signal.fromKernel === true) return { rule: 'kernel-signal', sender: { pid: 0, name: 'kernel' }, basis: [signal] };
  return { rule: 'signal-sender', sender: signal.sender, ancestry: signal.ancestry ?? [signal.sender], basis: [signal] };
}

/** abort() and raise(): nobody else sent it. */
function isOwnSignal({ sender, target }: SignalSent): boolean {
  return sender.pid !== undefined && sender.pid === target.pid;
}

function emptier(facts: Facts): SenderFinding | undefined {
  const { evidence } = facts.incident;
  const emptied = evidence.filter((one) => one.kind === 'cgroup-empty');
  // That a process ended just before is no proof that it was the last one; that the last one was moved away has been seen.
  const empty = emptied.find(({ how }) => how === 'migration') ?? emptied[0];
  const move = evidence.findLast((one) => one.kind === 'cgroup-move' && one.sender.pid !== 1);
  if (empty?.how === 'migration')
    return {
      rule: 'cgroup-migration',
      sender: empty.by,
      ancestry: empty.ancestry ?? [empty.by],
      basis: [empty],
      emptiedBy: 'migration',
    };
  const signal = evidence.findLast((one) => one.kind === 'signal' && one.sender.pid !== 1);
  if (signal?.kind === 'signal')
    return { ...fromSignal(signal), emptiedBy: 'signal', basis: empty === undefined ? [signal] : [signal, empty] };
  if (empty === undefined && move?.kind === 'cgroup-move')
    return {
      rule: 'cgroup-migration',
      sender: move.sender,
      ancestry: move.ancestry ?? [move.sender],
      basis: [move],
      emptiedBy: 'migration',
    };
  if (empty?.how === 'exit') return { rule: 'ended-by-itself', basis: [empty], endedByItself: true, emptiedBy: 'exit' };
  return undefined;
}

/** PID 1 acted by itself, and nobody else was seen. Its bus name, where the evidence has it, shows which process that is. */
function pidOne({ incident, edge }: Facts): SenderFinding {
  const peer = edge?.busName === undefined ? undefined : peerOf(edge.busName, incident.related);
  const sender = peer?.process.pid === 1 ? peer.process : { pid: 1, name: 'systemd' };
  return {
    rule: 'pid-1-acted',
    sender,
    ancestry: [sender],
    basis: peer === undefined ? [] : edge === undefined ? [peer] : [edge, peer],
  };
}

function oomKiller(facts: Facts): SenderFinding {
  const oomd = facts.journal('oomd-kill');
  if (oomd !== undefined)
    return { rule: 'systemd-oomd', sender: { name: 'systemd-oomd', unit: 'systemd-oomd.service' }, basis: [oomd] };
  const victim = oomVictimOf(facts);
  return { rule: 'kernel-oom-killer', sender: { pid: 0, name: 'kernel' }, basis: victim === undefined ? [] : [victim] };
}
