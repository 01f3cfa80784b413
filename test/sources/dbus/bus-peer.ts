import { Message, type MessageBus, sessionBus, Variant } from 'dbus-next';
import { onTestFinished } from 'vitest';

export { Message, Variant };

/** A connection that answers with what `answer` returns, and leaves all other calls without an answer. */
export interface Peer {
  readonly uniqueName: string;
  readonly library: MessageBus;
  call(destination: string, member: string, body?: readonly string[], path?: string): Promise<readonly unknown[]>;
  leave(): void;
}

export type Answer = (call: Message) => Message | undefined;

export async function joinBus(address: string, answer: Answer = () => undefined): Promise<Peer> {
  const library = sessionBus({ busAddress: address.replace('unix:path=', 'unix:socket='), authMethods: ['EXTERNAL'] });
  library.on('error', () => undefined);
  library.addMethodHandler((call: Message) => {
    const reply = answer(call);
    if (reply !== undefined) library.send(reply);
    return true;
  });
  await new Promise<void>((resolve) => library.on('connect', () => resolve()));
  const peer: Peer = {
    uniqueName: (library as unknown as { readonly name: string }).name,
    library,
    call: async (destination, member, body = [], path = '/org/freedesktop/systemd1') => {
      const signature = 's'.repeat(body.length);
      const message = new Message({ destination, path, member, signature, body: [...body], interface: interfaceOf(destination) });
      return (await library.call(message))?.body ?? [];
    },
    leave: () => library.disconnect(),
  };
  onTestFinished(() => peer.leave());
  return peer;
}

function interfaceOf(destination: string): string {
  return destination === 'org.freedesktop.DBus' ? destination : 'org.freedesktop.systemd1.Manager';
}
