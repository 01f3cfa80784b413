import type { Evidence, StopRequest } from '../../model/evidence.ts';
import { requestsOfCall, withReply } from './bus-calls.ts';
import { type BusMessage, printBusMessage } from './bus-message.ts';
import { logindName, systemdName } from './stop-methods.ts';
import { propertiesChanged } from './unit-properties.ts';
import { busWitness, type Witness } from './witness.ts';

/** Turns what is seen on the system bus into evidence. Holds the calls that wait for their reply, and nothing else. */
export interface BusTranslator {
  translate(message: BusMessage, origin?: StopRequest['origin']): readonly Evidence[];
  /** Whether the reply to this call says more of a request. */
  awaitsReply(caller: string | undefined, serial: number | undefined): boolean;
  /** Whether any reply does. */
  readonly awaitsReplies: boolean;
}

export interface BusTranslatorOptions {
  /** The unique name that owns org.freedesktop.systemd1; without it, as in recordings, any sender is taken for systemd. */
  readonly managerName?: string;
}

/** A caller waits 25 s for its reply by default, and does not make this many calls meanwhile. */
const maxPendingCalls = 1024;
const busDaemonName = 'org.freedesktop.DBus';

interface PendingCall {
  readonly requests: readonly StopRequest[];
  readonly destination: string | undefined;
}

export function createBusTranslator(options: BusTranslatorOptions = {}): BusTranslator {
  const pending = new Map<string, PendingCall>();
  let managerName = options.managerName;

  function translate(message: BusMessage, origin?: StopRequest['origin']): readonly Evidence[] {
    const witness = busWitness(message.atUsec, origin);
    switch (message.type) {
      case 'signal':
        followManager(message);
        return isFromManager(message) ? evidenceOfSignal(message, witness) : [];
      case 'method-call':
        return isToSystemd(message) ? called(message, witness) : [];
      case 'method-return':
      case 'error':
        return replied(message);
    }
  }

  /** systemd may come back under another name. */
  function followManager({ sender, member, body }: BusMessage): void {
    const [name, , newOwner] = body;
    if (sender !== busDaemonName || member !== 'NameOwnerChanged' || name !== systemdName) return;
    if (typeof newOwner === 'string' && newOwner !== '') managerName = newOwner;
  }

  function isFromManager({ sender }: BusMessage): boolean {
    return managerName === undefined || sender === managerName;
  }

  function isToSystemd({ destination = '' }: BusMessage): boolean {
    if (destination === systemdName || destination === logindName) return true;
    return destination.startsWith(':') && (managerName === undefined || destination === managerName);
  }

  function called(call: BusMessage, witness: Witness): readonly Evidence[] {
    const requests = requestsOfCall(call, witness);
    if (requests.length === 0 || call.sender === undefined || call.serial === undefined) return requests;
    const key = callKey(call.sender, call.serial);
    pending.delete(key);
    pending.set(key, { requests, destination: call.destination });
    const oldest = pending.size > maxPendingCalls ? pending.keys().next().value : undefined;
    if (oldest !== undefined) pending.delete(oldest);
    return requests;
  }

  function replied(reply: BusMessage): readonly Evidence[] {
    const { destination, replySerial, sender } = reply;
    if (destination === undefined || replySerial === undefined) return [];
    const key = callKey(destination, replySerial);
    const call = pending.get(key);
    if (call === undefined || !canAnswer(sender, call)) return [];
    pending.delete(key);
    return call.requests.map((request) => withReply(request, reply)).filter((request) => request !== undefined);
  }

  /** Who was asked, or the bus on its behalf. logind's unique name is not known. */
  function canAnswer(sender: string | undefined, { destination }: PendingCall): boolean {
    return managerName === undefined || sender === managerName || sender === busDaemonName || destination === logindName;
  }

  return {
    translate,
    awaitsReply: (caller, serial) => pending.has(callKey(caller, serial)),
    get awaitsReplies() {
      return pending.size > 0;
    },
  };
}

function callKey(caller: string | undefined, serial: number | undefined): string {
  return `${caller} ${serial}`;
}

const managerInterface = 'org.freedesktop.systemd1.Manager';

function evidenceOfSignal(signal: BusMessage, witness: Witness): readonly Evidence[] {
  if (signal.interface === 'org.freedesktop.DBus.Properties' && signal.member === 'PropertiesChanged') {
    return propertiesChanged(signal, witness);
  }
  const read = signal.interface === managerInterface ? managerSignals.get(signal.member ?? '') : undefined;
  // Numbers, words of systemd's and names of units: nothing to redact.
  return read?.(signal.body, { ...witness, raw: printBusMessage(signal) }) ?? [];
}

type ReadSignal = (body: readonly unknown[], seen: Witness & { readonly raw: string }) => readonly Evidence[];

const managerSignals: ReadonlyMap<string, ReadSignal> = new Map<string, ReadSignal>([
  ['JobNew', (body, seen) => jobsOf(body).map((job) => ({ kind: 'job-added', ...seen, ...job }))],
  [
    'JobRemoved',
    (body, seen) => {
      const result = body[3];
      return typeof result === 'string' ? jobsOf(body).map((job) => ({ kind: 'job-removed', ...seen, ...job, result })) : [];
    },
  ],
  ['UnitRemoved', ([unit], seen) => (typeof unit === 'string' && unit !== '' ? [{ kind: 'unit-removed', ...seen, unit }] : [])],
]);

/** Signals that are evidence, or tell who is systemd. What is passed over of a recording has none of these names. */
export const signalNames: readonly string[] = [...managerSignals.keys(), 'PropertiesChanged', 'NameOwnerChanged'];

/** `uos…`: the id, the object and the unit of a job; none where it is malformed. */
function jobsOf([jobId, , unit]: readonly unknown[]): readonly { readonly jobId: number; readonly unit: string }[] {
  if (typeof jobId !== 'number' || !Number.isSafeInteger(jobId) || jobId <= 0) return [];
  return typeof unit === 'string' && unit !== '' ? [{ jobId, unit }] : [];
}
