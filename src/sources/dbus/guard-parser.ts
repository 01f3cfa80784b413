import type { Socket } from 'node:net';

/**
 * dbus-next parses inside the socket's `readable` event, where a throw would end the process; a message with a file
 * descriptor in its body and none attached is enough (FIELD-NOTES.md §6). Call it before the parser begins to listen:
 * a message that cannot be parsed is reported and skipped, and the next one is read.
 */
export function guardParser(socket: Socket, onUnreadable: (error: unknown) => void): void {
  const addListener = socket.on.bind(socket) as (event: string, listener: () => void) => Socket;
  socket.on = ((event: string, listener: () => void) =>
    addListener(event, event === 'readable' ? guarded(socket, listener, onUnreadable) : listener)) as Socket['on'];
}

function guarded(socket: Socket, parse: () => void, onUnreadable: (error: unknown) => void): () => void {
  return () => {
    while (!parses(socket, parse, onUnreadable));
  };
}

/** False where the parser threw and can go on: it has taken the message off the socket before it read it. */
function parses(socket: Socket, parse: () => void, onUnreadable: (error: unknown) => void): boolean {
  const waiting = socket.readableLength;
  try {
    parse();
    return true;
  } catch (error) {
    onUnreadable(error);
    const isStuck = socket.readableLength >= waiting;
    if (isStuck) socket.destroy(error instanceof Error ? error : undefined);
    return isStuck;
  }
}
