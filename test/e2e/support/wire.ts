import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The line between two hosts: counts what goes over it, and can be cut. */
export interface Wire extends AsyncDisposable {
  /** Host and port to connect to instead of the other end. */
  readonly address: string;
  /** Sent over it so far, with everything that HTTP adds. */
  bytes(): number;
  /** From here on nobody gets through. */
  cut(): void;
  mend(): void;
}

/** @param target host and port at its other end */
export async function layWire(target: string): Promise<Wire> {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  let [bytes, isCut] = [0, false];
  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), host);
    near.on('data', (chunk) => {
      bytes += chunk.length;
    });
    near.pipe(far).pipe(near);
    sockets.add(near).add(far);
    // One end that goes takes the other with it, also by an error.
    const hangUpBoth = (): void => {
      for (const socket of [near, far]) sockets.delete(socket.destroy());
    };
    for (const socket of [near, far]) socket.on('error', hangUpBoth).on('close', hangUpBoth);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => bytes,
    cut: () => {
      isCut = true;
      hangUp();
    },
    mend: () => {
      isCut = false;
    },
    async [Symbol.asyncDispose]() {
      hangUp();
      server.close();
      await once(server, 'close');
    },
  };
}
