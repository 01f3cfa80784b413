import type { RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TlsSettings } from '../web-config/web-config.ts';
import { createAcceptor } from './acceptor.ts';
import { type ListenPlace, listenError, placeText } from './listen-place.ts';
import { removeStaleSocket } from './stale-socket.ts';

export interface ListenOptions {
  /** Told of what goes wrong later, such as no file handle left for a connection; listening goes on. */
  readonly onError?: (error: unknown) => void;
  /** Asked for each connection; plain HTTP where there is none. */
  readonly tls?: () => TlsSettings | undefined;
}

export interface Listening {
  /** Addresses to open in a browser, without a path. */
  readonly addresses: readonly string[];
  /** Takes no more requests, lets running ones finish for at most two seconds, ends every connection. */
  close(): Promise<void>;
}

/** Connections cost file handles, and what comes here is a few scrapers and a few people. */
const maxConnections = 512;

/** Rejects with one clear Error where the place cannot be had. */
export async function listen(app: RequestListener, place: ListenPlace, options: ListenOptions = {}): Promise<Listening> {
  const acceptor = createAcceptor(app, options.tls ?? (() => undefined));
  const sockets = new Set<Socket>();
  // As node:http has it for its own: who has asked and closed its half still gets the answer.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    acceptor.accept(socket);
  });
  server.maxConnections = maxConnections;
  try {
    await startListening(server, place, options);
  } catch (error) {
    acceptor.close();
    throw error;
  }
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  return {
    addresses: [addressOf(server.address(), place, acceptor.isTls() ? 'https' : 'http')],
    close: () => {
      if (server.listening) {
        server.close();
        acceptor.close();
        setTimeout(() => destroyAll(sockets), graceMs).unref();
      }
      return closed;
    },
  };
}

const graceMs = 2000;

function destroyAll(sockets: ReadonlySet<Socket>): void {
  for (const socket of sockets) socket.destroy();
}

async function startListening(server: Server, place: ListenPlace, { onError }: ListenOptions): Promise<void> {
  if ('path' in place) await removeStaleSocket(place.path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, place)));
    server.listen({ ...place }, () => {
      server.removeAllListeners('error').on('error', (error) => onError?.(error));
      resolve();
    });
  });
}

function addressOf(address: AddressInfo | string | null, place: ListenPlace, scheme: string): string {
  if (typeof address === 'string') return `unix:${address}`;
  if (address === null) return placeText(place);
  const host = 'port' in place ? (place.host ?? '') : address.address;
  return `${scheme}://${placeText({ host: wildcards.includes(host) ? 'localhost' : host, port: address.port })}`;
}

/** A browser cannot open these. */
const wildcards = ['', '0.0.0.0', '::'];
