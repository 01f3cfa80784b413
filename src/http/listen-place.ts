/** Where to listen. */
export type ListenPlace = TcpPlace | { readonly path: string } | { readonly fd: number };

interface TcpPlace {
  /** Undefined: every address of the host. */
  readonly host?: string;
  /** 0: one that is free. */
  readonly port: number;
}

/** As it is given to `--web.listen-address`. */
export function placeText(place: ListenPlace): string {
  if ('path' in place) return `unix:${place.path}`;
  if ('fd' in place) return `socket of systemd, file descriptor ${place.fd}`;
  const { host = '', port } = place;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'this host does not have that address',
  ENOTFOUND: 'no such host name',
  ENOENT: 'no such directory',
  ENOTDIR: 'no such directory',
  EBADF: 'it is not open',
  ENOTSOCK: 'it is no socket',
  EINVAL: 'it is no listening socket, or its path is too long',
};

export function listenError(error: NodeJS.ErrnoException, place: ListenPlace): Error {
  const inUse = 'path' in place ? 'somebody listens there, or it is no socket' : 'the port is in use';
  const reason = error.code === 'EADDRINUSE' ? inUse : (reasons[error.code ?? ''] ?? error.code ?? error.message);
  return new Error(`Cannot listen on ${JSON.stringify(placeText(place))}: ${reason}`, { cause: error });
}
