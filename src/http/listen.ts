import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListenPlace {
  /** Undefined: every address of the host. */
  readonly host?: string;
  /** 0: one that is free. */
  readonly port: number;
  /** Told of what goes wrong later, such as no file handle left for a connection; listening goes on. */
  readonly onError?: (error: unknown) => void;
}

export interface Listening {
  /** Addresses to open in a browser, without a path. */
  readonly addresses: readonly string[];
  /** Takes no more requests, lets running ones finish for at most two seconds, ends every connection. */
  close(): Promise<void>;
}

/** Rejects with one clear Error where the place cannot be had. */
export async function listen(app: RequestListener, place: ListenPlace): Promise<Listening> {
  // Prometheus keeps idle connections for five minutes: let it be the one to end them.
  const server = createServer({ keepAliveTimeout: 360_000, headersTimeout: 10_000, requestTimeout: 10_000 }, app);
  // Connections cost file handles, and what comes here is a few scrapers and a few people.
  server.maxConnections = 512;
  await startListening(server, place);
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  return {
    addresses: [addressOf(server.address(), place)],
    close: () => {
      closeServer(server);
      return closed;
    },
  };
}

function startListening(server: Server, place: ListenPlace): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, place)));
    const { host, port, onError } = place;
    server.listen({ port, ...(host !== undefined && { host }) }, () => {
      server.removeAllListeners('error').on('error', (error) => onError?.(error));
      resolve();
    });
  });
}

const graceMs = 2000;

function closeServer(server: Server): void {
  if (!server.listening) return;
  server.close();
  setTimeout(() => server.closeAllConnections(), graceMs).unref();
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'this host does not have that address',
  ENOTFOUND: 'no such host name',
};

function listenError(error: NodeJS.ErrnoException, { host, port }: ListenPlace): Error {
  const reason = reasons[error.code ?? ''] ?? error.code ?? error.message;
  return new Error(`Cannot listen on "${bracketed(host ?? '')}:${port}": ${reason}`, { cause: error });
}

function addressOf(address: AddressInfo | string | null, place: ListenPlace): string {
  const port = typeof address === 'object' && address !== null ? address.port : place.port;
  const host = place.host ?? '';
  return `http://${wildcards.includes(host) ? 'localhost' : bracketed(host)}:${port}`;
}

/** A browser cannot open these. */
const wildcards = ['', '0.0.0.0', '::'];

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
