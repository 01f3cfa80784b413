import { BusError } from './bus-error.ts';
import type { BusMessage } from './bus-message.ts';

interface Waiting {
  readonly resolve: (body: readonly unknown[]) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Method calls that wait for their reply, by the serial of the call. Each ends: with a reply, in time, or with all others. */
export class PendingCalls {
  readonly #waiting = new Map<number, Waiting>();

  /** @param what names the call in the error, e.g. `GetId of org.freedesktop.DBus` */
  wait(serial: number, what: string, timeoutMs: number): Promise<readonly unknown[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>();
    const timer = setTimeout(() => {
      this.#waiting.delete(serial);
      reject(new Error(`No reply to ${what} within ${timeoutMs} ms`));
    }, timeoutMs);
    this.#waiting.set(serial, { resolve, reject, timer });
    return promise;
  }

  settle({ type, replySerial, errorName, body }: BusMessage): void {
    const waiting = replySerial === undefined ? undefined : this.#waiting.get(replySerial);
    if (waiting === undefined || replySerial === undefined) return;
    this.#waiting.delete(replySerial);
    clearTimeout(waiting.timer);
    if (type !== 'error') waiting.resolve(body);
    else waiting.reject(new BusError(errorName ?? 'unknown', typeof body[0] === 'string' ? body[0] : 'no reason given'));
  }

  rejectAll(error: Error): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
  }
}
