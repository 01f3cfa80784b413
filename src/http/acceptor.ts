import type { RequestListener, Server, ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TlsSettings } from '../web-config/web-config.ts';
import { certificateOptions, isAdmitted } from './guard/client-certificate.ts';
import { createServer, nodeHttps } from './node-http.ts';

/** Speaks HTTP, or HTTPS, on connections that somebody else accepts. */
export interface Acceptor {
  isTls(): boolean;
  accept(connection: Socket): void;
  /** Ends the connections that wait for a request. */
  close(): void;
}

const times: ServerOptions = {
  // Prometheus keeps idle connections for five minutes: let it be the one to end them.
  keepAliveTimeout: 360_000,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  // How late these may be noticed: a request that dawdles costs less than waking every few seconds for it.
  connectionsCheckingInterval: 10_000,
};

const handshakeTimeout = 10_000;

/** @param tls asked for each connection: a new certificate or policy holds from the next one on */
export function createAcceptor(app: RequestListener, tls: () => TlsSettings | undefined): Acceptor {
  let settings = tls();
  let server = createProtocolServer(app, settings);
  return {
    isTls: () => settings !== undefined,
    accept(connection) {
      const now = tls();
      if (now !== settings) {
        // Whom the new policy would not let in loses what connection is not in use.
        retire(server);
        settings = now;
        server = createProtocolServer(app, settings);
      }
      server.emit('connection', connection);
    },
    close: () => server.close(),
  };
}

function createProtocolServer(app: RequestListener, settings: TlsSettings | undefined): Server {
  const server = settings === undefined ? createServer(times, app) : createHttpsServer(app, settings);
  // It never listens itself; told that it does, it looks after the time that requests take.
  server.emit('listening');
  return server;
}

function createHttpsServer(app: RequestListener, settings: TlsSettings): Server {
  const { options, clientAuth } = settings;
  const server = nodeHttps().createServer({ ...times, handshakeTimeout, ...options, ...certificateOptions(clientAuth) }, app);
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    if (!isAdmitted(socket, settings)) socket.destroy();
  });
  return server;
}

const graceMs = 10_000;

/** Running requests finish; those that take too long do not. */
function retire(server: Server): void {
  server.close();
  setTimeout(() => server.closeAllConnections(), graceMs).unref();
}
