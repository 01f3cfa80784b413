import type { IncidentLog } from './incident-log/incident-log.ts';
import { decodeRequest, encodeRequest } from './incident-log/request-json.ts';
import { describeError, type Logger } from './logger.ts';
import type { StopRequest } from './model/evidence.ts';
import { asksForShutdown } from './model/shutdown.ts';
import type { Observation } from './sources/source.ts';

export interface ShutdownMemoryParts {
  readonly log: Pick<IncidentLog, 'position' | 'setPosition'>;
  readonly telemetry: { incidentLogFailed(): void };
  readonly logger: Pick<Logger, 'error'>;
  /** Who has asked for the end of the machine, as far as is known now. */
  readonly requests: () => readonly StopRequest[];
}

/** Keeps over the end of the machine who asked for it: its stops are told by the journal, after the next boot. */
export interface ShutdownMemory {
  /** What an earlier run kept. It stays kept until `forget`: this run may end, too, before it has been of use. */
  recall(): readonly StopRequest[];
  /** Something new may have to be kept. */
  notice(observation: Observation): void;
  /** What was recalled has explained all that it can. */
  forget(): void;
  /** Writes what is not written yet. */
  close(): void;
}

/** Among the positions of the incident log. A line for each request, so that one that cannot be read takes no other with it. */
const key = 'shutdown-requests';
/** PID 1 ends us some tens of milliseconds after the request; whoever asks in vain, over and over, does not keep the disk busy. */
const writeAfterMs = 10;
/** A disk that is full stays so for a while. */
const retryMs = 1_000;

export function createShutdownMemory({ log, telemetry, logger, requests }: ShutdownMemoryParts): ShutdownMemory {
  let recalled: ReadonlySet<string> = new Set();
  let isForgotten = false;
  let written = '';
  let isFailing = false;
  let timer: NodeJS.Timeout | undefined;

  function recall(): readonly StopRequest[] {
    try {
      written = log.position(key) ?? '';
    } catch (error) {
      fail('Who asked for a shutdown cannot be read back', { error: describeError(error) });
    }
    const read = written.split('\n').flatMap(readLine);
    recalled = new Set(read.map(encodeRequest));
    return read;
  }

  function readLine(text: string, index: number): readonly StopRequest[] {
    try {
      return text === '' ? [] : [decodeRequest(text)];
    } catch (error) {
      const place = { position: key, line: index + 1 };
      fail('Who asked for a shutdown cannot be read back from the incident log', { ...place, error: describeError(error) });
      return [];
    }
  }

  function write(): void {
    clearTimeout(timer);
    timer = undefined;
    const text = [...linesToKeep()].join('\n');
    if (text === written) return;
    try {
      log.setPosition(key, text);
      [written, isFailing] = [text, false];
    } catch (error) {
      const told = 'Who asked for a shutdown cannot be written to the incident log; it is tried again';
      if (isFailing) telemetry.incidentLogFailed();
      else fail(told, { error: describeError(error) });
      isFailing = true;
      timer = setTimeout(write, retryMs).unref();
    }
  }

  function linesToKeep(): ReadonlySet<string> {
    const lines = requests().map(encodeRequest);
    return new Set(isForgotten ? lines.filter((line) => !recalled.has(line)) : [...recalled, ...lines]);
  }

  function fail(message: string, data: Readonly<Record<string, string | number>>): void {
    telemetry.incidentLogFailed();
    logger.error(message, data);
  }

  return {
    recall,
    notice(observation) {
      if (!mayTellOfShutdown(observation) || timer !== undefined) return;
      timer = setTimeout(write, writeAfterMs).unref();
    },
    forget() {
      isForgotten = true;
      write();
    },
    close() {
      if (timer !== undefined) write();
      clearTimeout(timer);
    },
  };
}

/** Who is behind a name on the bus may be told after what he asked. */
function mayTellOfShutdown(observation: Observation): boolean {
  return observation.kind === 'bus-peer' || (observation.kind === 'request' && asksForShutdown(observation));
}
