import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Message, type MessageBus, type MessageFlag, sessionBus } from 'dbus-next';
import type { RealtimeUsec } from '../../model/time.ts';
import { libraryAddress } from './bus-address.ts';
import { BusError } from './bus-error.ts';
import type { BusMessage } from './bus-message.ts';
import { guardParser } from './guard-parser.ts';
import { busMessageOf } from './library-message.ts';
import { PendingCalls } from './pending-calls.ts';

/** One connection to a D-Bus bus: raw calls with a deadline, every message as it comes, and an end that is noticed. */
export interface SystemBus {
  /** The name the bus gave to this connection. */
  readonly uniqueName: string;
  /** The body of the reply; rejects with a `BusError` where it is an error, and never waits longer than `timeoutMs`. */
  call(call: BusCall): Promise<readonly unknown[]>;
  /** Resolves with the reason when the connection is over. */
  readonly ended: Promise<Error>;
  /** For good; nothing is handed on afterwards. */
  close(): void;
}

export interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
}

export interface SystemBusOptions {
  readonly address: string;
  /** How long the connection and each reply may take. */
  readonly timeoutMs: number;
  readonly nowUsec: () => RealtimeUsec;
  /** Gets every message but the replies to our own calls. */
  readonly onMessage: (message: BusMessage) => void;
  /** A message came that cannot be read, or could not be dealt with: it is lost, the connection goes on. */
  readonly onUnreadable: (error: unknown) => void;
  /** Ends the connection. */
  readonly signal: AbortSignal;
}

/** Throws `Cannot connect to the system bus at "…"`, with the cause. */
export async function openSystemBus(options: SystemBusOptions): Promise<SystemBus> {
  try {
    options.signal.throwIfAborted();
    const connection = new Connection(options);
    await connection.opened;
    return connection;
  } catch (error) {
    throw new Error(`Cannot connect to the system bus at "${options.address}"`, { cause: error });
  }
}

/** What dbus-next 0.10.2 keeps to itself and we cannot do without: the end of a connection, and its socket. */
interface LibraryInternals {
  readonly name: string | null;
  readonly _connection: EventEmitter & { readonly stream: Socket };
}

/** D-Bus specification, message flags: a call must not start its service. */
const noAutoStart: MessageFlag = 2;

class Connection implements SystemBus {
  uniqueName = '';
  readonly opened: Promise<void>;
  readonly ended: Promise<Error>;
  readonly #options: SystemBusOptions;
  readonly #library: MessageBus;
  readonly #socket: Socket;
  readonly #calls = new PendingCalls();
  readonly #opening = Promise.withResolvers<void>();
  readonly #ending = Promise.withResolvers<Error>();
  #failure: Error | undefined;
  #isOver = false;

  constructor(options: SystemBusOptions) {
    this.#options = options;
    this.opened = this.#opening.promise;
    this.ended = this.#ending.promise;
    this.#library = sessionBus({ busAddress: libraryAddress(options.address), authMethods: ['EXTERNAL'] });
    const { _connection: connection } = this.#internals;
    this.#socket = connection.stream;
    const deadline = setTimeout(() => this.#end(new Error(`No answer within ${options.timeoutMs} ms`)), options.timeoutMs);
    void this.ended.then(() => clearTimeout(deadline));
    this.#listen(connection);
    this.#library.on('connect', () => {
      clearTimeout(deadline);
      this.uniqueName = this.#internals.name ?? '';
      this.#opening.resolve();
    });
  }

  get #internals(): LibraryInternals {
    return this.#library as unknown as LibraryInternals;
  }

  #listen(connection: EventEmitter): void {
    const { signal, onUnreadable } = this.#options;
    // A monitor that answers is thrown out, and dbus-next answers every call that no handler takes (FIELD-NOTES.md §6).
    this.#library.addMethodHandler(() => true);
    this.#library.on('message', (message: Message) => this.#accept(message));
    this.#library.on('error', (error: unknown) => {
      // Without a listener it would end the process. Where the socket lives, it is one message that the library refuses.
      if (this.#socket.destroyed || this.uniqueName === '') this.#end(asError(error));
      else onUnreadable(error);
    });
    connection.once('connect', () => guardParser(this.#socket, onUnreadable));
    this.#socket.once('close', () => this.#end(new Error('The bus closed the connection')));
    const onAbort = (): void => this.#end(asError(signal.reason));
    signal.addEventListener('abort', onAbort);
    void this.ended.then(() => signal.removeEventListener('abort', onAbort));
  }

  /** Must not throw: dbus-next would answer with an error, and the bus would throw a monitor out for it. */
  #accept(message: Message): void {
    if (this.#isOver) return;
    try {
      const plain = busMessageOf(message, this.#options.nowUsec());
      if (this.uniqueName === '' && plain.type === 'error') this.#refused(message, plain);
      else if (this.#isToUs(plain)) this.#calls.settle(plain);
      else this.#options.onMessage(plain);
    } catch (error) {
      this.#options.onUnreadable(error);
    }
  }

  /** The first reply, to Hello, tells our name; a monitor also sees the replies to others. */
  #isToUs({ type, destination }: BusMessage): boolean {
    const isReply = type === 'method-return' || type === 'error';
    return isReply && (this.uniqueName === '' || destination === this.uniqueName);
  }

  /** The bus does not want us. dbus-next would reject a promise that nobody holds, so the reply must not find its call. */
  #refused(message: Message, { errorName = 'unknown', body }: BusMessage): void {
    message.replySerial = '';
    this.#end(new BusError(errorName, String(body[0] ?? 'no reason given')));
  }

  async call(call: BusCall): Promise<readonly unknown[]> {
    if (this.#failure !== undefined) throw this.#failure;
    const message = new Message({ ...call, body: [...(call.body ?? [])], flags: noAutoStart });
    // `call` of the library would wait for ever, and keep what waits.
    this.#library.send(message);
    return this.#calls.wait(message.serial ?? 0, `${call.member} of ${call.destination}`, this.#options.timeoutMs);
  }

  close(): void {
    this.#end(new Error('The connection to the system bus was closed'));
  }

  #end(reason: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = reason;
    this.#socket.destroy();
    this.#opening.reject(reason);
    this.#calls.rejectAll(reason);
    this.#ending.resolve(reason);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
