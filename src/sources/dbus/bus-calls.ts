import { maxRawLength, type StopRequest } from '../../model/evidence.ts';
import { redactText } from '../../model/redact.ts';
import { unitOfObjectPath } from '../../model/unit.ts';
import { present } from '../present.ts';
import { type BusMessage, printBusMessage } from './bus-message.ts';
import { actionOf, findStopMethod, jobIdOfPath, type StopMethod } from './stop-methods.ts';
import type { Witness } from './witness.ts';

/** Longest name systemd allows a unit. */
const maxUnitLength = 256;
/** EnqueueUnitJobMany takes any number; what stops more at once is an isolate or a shutdown. */
const maxUnits = 256;

/** What a method call asks of systemd or logind; nothing where it can stop nothing, or its arguments are cut off. */
export function requestsOfCall(call: BusMessage, witness: Witness): readonly StopRequest[] {
  const { path = '', member = '' } = call;
  const method = findStopMethod(path, call.interface, member);
  if (method === undefined) return [];
  const request: StopRequest = {
    kind: 'request',
    ...witness,
    action: actionOf(method, argument(call, method.jobType)),
    method: member,
    ...present({
      mode: word(argument(call, method.mode)),
      jobId: method.job === 'path' ? jobIdOfPath(path) : jobNumber(argument(call, method.job)),
      busName: call.sender,
      serial: call.serial,
    }),
    raw: redactText(printBusMessage(call)),
  };
  return unitsOf(call, method).map((unit) => (unit === undefined ? request : { ...request, unit }));
}

/** One entry for each unit; one `undefined` where the method is about none. */
function unitsOf(call: BusMessage, method: StopMethod): readonly (string | undefined)[] {
  if (method.unit === 'path') return named(unitOfObjectPath(call.path ?? ''));
  if (method.unit !== undefined) return named(unitName(argument(call, method.unit)));
  if (method.units === undefined) return [undefined];
  const units = argument(call, method.units);
  return Array.isArray(units) ? units.slice(0, maxUnits).flatMap((unit) => named(unitName(unit))) : [];
}

function named(unit: string | undefined): readonly string[] {
  return unit === undefined || unit === '' ? [] : [unit];
}

function unitName(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= maxUnitLength ? value : undefined;
}

function argument(call: BusMessage, index: number | 'path' | undefined): unknown {
  return typeof index === 'number' ? call.body[index] : undefined;
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 64 ? value : undefined;
}

function jobNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** A request again, now with what the reply to it says; undefined where the reply adds nothing. */
export function withReply(request: StopRequest, reply: BusMessage): StopRequest | undefined {
  const raw = `${request.raw}\n${redactText(printBusMessage(reply))}`.slice(0, maxRawLength);
  if (reply.type === 'error') return { ...request, refused: reply.errorName ?? 'unknown', raw };
  const jobId = request.jobId ?? jobOfReply(request, reply.body);
  return jobId === undefined || jobId === request.jobId ? undefined : { ...request, jobId, raw };
}

/** `o` of StopUnit and its like, `uosos…` of EnqueueUnitJob, `a(uosos)` of EnqueueUnitJobMany. */
function jobOfReply(request: StopRequest, [first]: readonly unknown[]): number | undefined {
  if (!Array.isArray(first)) return jobIdOfPath(first) ?? jobNumber(first);
  const row = first.find((job) => Array.isArray(job) && job[2] === request.unit);
  return Array.isArray(row) ? jobNumber(row[0]) : undefined;
}
