import type { ListenPlace } from './listen-place.ts';

/** The first file descriptor that systemd hands over (sd_listen_fds(3)). */
const firstDescriptor = 3;

/** The sockets that systemd has handed to the process with this pid. Throws where there are none. */
export function socketsOfSystemd(variables: Readonly<Record<string, string | undefined>>, pid: number): readonly ListenPlace[] {
  const count = Number(variables['LISTEN_FDS'] ?? 0);
  // Handed to a parent, they are not ours: their numbers may be of other files here.
  const isForUs = variables['LISTEN_PID'] === String(pid);
  if (!isForUs || !Number.isInteger(count) || count < 1 || count > 64) {
    throw new Error('Cannot use --web.systemd-socket: systemd has handed over no socket; start it by its .socket unit');
  }
  return Array.from({ length: count }, (_, index) => ({ fd: firstDescriptor + index }));
}
