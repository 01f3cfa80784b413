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
  return signal.interface === managerInterface ? managerSignal(signal, witness) : [];
}

function managerSignal(signal: BusMessage, witness: Witness): readonly Evidence[] {
  // Numbers, words of systemd's and names of units: nothing to redact.
  const raw = printBusMessage(signal);
  const [first, , , result] = signal.body;
  const job = jobOf(signal.body);
  switch (signal.member) {
    case 'JobNew':
      return job === undefined ? [] : [{ kind: 'job-added', ...witness, ...job, raw }];
    case 'JobRemoved':
      return job === undefined || typeof result !== 'string' ? [] : [{ kind: 'job-removed', ...witness, ...job, result, raw }];
    case 'UnitRemoved':
      return typeof first === 'string' && first !== '' ? [{ kind: 'unit-removed', ...witness, unit: first, raw }] : [];
    default:
      return [];
  }
}

/** `uos…`: the id, the object and the unit of a job. */
function jobOf([jobId, , unit]: readonly unknown[]): { readonly jobId: number; readonly unit: string } | undefined {
  if (typeof jobId !== 'number' || !Number.isSafeInteger(jobId) || jobId <= 0) return undefined;
  return typeof unit === 'string' && unit !== '' ? { jobId, unit } : undefined;
}
