import { readdirSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { BusMessage } from '../../../src/sources/dbus/bus-message.ts';
import { openSystemBus, type SystemBus, type SystemBusOptions } from '../../../src/sources/dbus/system-bus.ts';
import { joinBus, Message, type Peer, Variant } from './bus-peer.ts';
import { hasDbusDaemon, startPrivateBus } from './private-bus.ts';
import { until } from './until.ts';

const bus = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };

function open(address: string, options: Partial<SystemBusOptions> = {}): Promise<SystemBus> {
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  return openSystemBus({
    address,
    timeoutMs: 5000,
    nowUsec: () => 1,
    onMessage: () => undefined,
    onUnreadable: () => undefined,
    signal: abort.signal,
    ...options,
  });
}

/** A server that is no bus. */
async function listen(onConnection: Parameters<typeof createServer>[1]): Promise<string> {
  const path = `${tmpdir()}/no-bus-${process.pid}-${performance.now()}`;
  const sockets = new Set<{ destroy(): void }>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection?.(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `unix:path=${path}`;
}

describe('openSystemBus() without a bus', () => {
  test('names the address and the reason where nobody listens', async () => {
    const error = await open('unix:path=/nonexistent/bus').catch((one: unknown) => one);
    expect(error).toMatchObject({
      message: 'Cannot connect to the system bus at "unix:path=/nonexistent/bus"',
      cause: { message: 'connect ENOENT /nonexistent/bus' },
    });
  });

  test('does not wait for ever for a server that says nothing', async () => {
    const address = await listen(() => undefined);
    await expect(open(address, { timeoutMs: 30 })).rejects.toMatchObject({ cause: { message: 'No answer within 30 ms' } });
  });

  test('ends with a server that closes at once', async () => {
    const address = await listen((socket) => socket.destroy());
    await expect(open(address)).rejects.toThrow(`Cannot connect to the system bus at "${address}"`);
  });

  test('survives a server that speaks another language', async () => {
    const address = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await expect(open(address)).rejects.toThrow('Cannot connect');
  });

  test('survives a server that authenticates and then sends no messages', async () => {
    const address = await listen((socket) => {
      socket.once('data', () => socket.write('OK 1234\r\n'));
      socket.on('data', (data) => {
        if (data.includes('BEGIN')) socket.end(Buffer.alloc(4096, 0xff));
      });
    });
    await expect(open(address)).rejects.toThrow('Cannot connect');
  });

  test.each(['tcp:host=localhost,port=1', 'unix:runtime=yes', 'nonsense', '', 'unix:path=/a:b', 'unix:path=%zz'])(
    'refuses the address "%s"',
    async (address) => {
      await expect(open(address)).rejects.toThrow(`Cannot connect to the system bus at "${address}"`);
    },
  );

  test('gives up when it is told to', async () => {
    const address = await listen(() => undefined);
    const abort = new AbortController();
    const opening = open(address, { signal: abort.signal });
    abort.abort();
    await expect(opening).rejects.toMatchObject({ cause: { name: 'AbortError' } });
  });
});

describe.skipIf(!hasDbusDaemon)('openSystemBus() on a bus', () => {
  test('calls and gets the reply', async () => {
    const { address } = await startPrivateBus();
    const connection = await open(address);
    expect(connection.uniqueName).toMatch(/^:1\.\d+$/);
    const call = { ...bus, member: 'GetNameOwner', signature: 's', body: [connection.uniqueName] };
    await expect(connection.call(call)).resolves.toEqual([connection.uniqueName]);
  });

  test('opens an escaped path', async () => {
    const { address } = await startPrivateBus();
    await expect(open(address.replace('private', '%70rivate'))).resolves.toBeDefined();
  });

  test('rejects with the error of the reply', async () => {
    const { address } = await startPrivateBus();
    const connection = await open(address);
    await expect(
      connection.call({ ...bus, member: 'GetNameOwner', signature: 's', body: ['no.such.name'] }),
    ).rejects.toMatchObject({
      name: 'org.freedesktop.DBus.Error.NameHasNoOwner',
    });
  });

  test('ends every call in time, and forgets it', async () => {
    const { address } = await startPrivateBus();
    const silent = await joinBus(address);
    const connection = await open(address, { timeoutMs: 1000 });
    const call = { destination: silent.uniqueName, path: '/', interface: 'a.b', member: 'Anything' };
    await expect(connection.call(call)).rejects.toThrow(`No reply to Anything of ${silent.uniqueName} within 1000 ms`);
  });

  test('does not start services', async () => {
    const { address } = await startPrivateBus();
    const connection = await open(address);
    const call = { destination: 'org.freedesktop.systemd1', path: '/', interface: 'a.b', member: 'Anything' };
    await expect(connection.call(call)).rejects.toMatchObject({ name: 'org.freedesktop.DBus.Error.NameHasNoOwner' });
  });

  test('notices the end of the bus: calls are rejected and the reason is told', async () => {
    const daemon = await startPrivateBus();
    const silent = await joinBus(daemon.address);
    const connection = await open(daemon.address);
    const pending = connection.call({ destination: silent.uniqueName, path: '/', interface: 'a.b', member: 'Anything' });
    const rejected = expect(pending).rejects.toThrow('The bus closed the connection');
    await daemon.stop();
    await rejected;
    await expect(connection.ended).resolves.toMatchObject({ message: 'The bus closed the connection' });
    await expect(connection.call({ ...bus, member: 'GetId' })).rejects.toThrow('The bus closed the connection');
  });

  test('closes for good', async () => {
    const { address } = await startPrivateBus();
    const peer = await joinBus(address);
    const seen: BusMessage[] = [];
    const connection = await open(address, { onMessage: (message) => void seen.push(message) });
    await connection.call({ ...bus, member: 'AddMatch', signature: 's', body: ["type='signal',interface='a.b'"] });
    connection.close();
    connection.close();
    peer.library.send(Message.newSignal('/', 'a.b', 'C'));
    await expect(connection.call({ ...bus, member: 'GetId' })).rejects.toThrow('was closed');
    await expect(connection.ended).resolves.toMatchObject({ message: 'The connection to the system bus was closed' });
    await peer.call('org.freedesktop.DBus', 'GetId', [], '/org/freedesktop/DBus');
    expect(seen.filter(({ interface: name }) => name === 'a.b')).toEqual([]);
  });

  test('goes on when its listener throws, and says so', async () => {
    const { address } = await startPrivateBus();
    const peer = await joinBus(address);
    const problems: unknown[] = [];
    let count = 0;
    const connection = await open(address, {
      onMessage: ({ member }) => {
        if (member !== 'C') return;
        count += 1;
        throw new Error('from the listener');
      },
      onUnreadable: (problem) => problems.push(problem),
    });
    await connection.call({ ...bus, member: 'AddMatch', signature: 's', body: ["type='signal',interface='a.b'"] });
    peer.library.send(Message.newSignal('/', 'a.b', 'C'));
    peer.library.send(Message.newSignal('/', 'a.b', 'C'));
    await until(() => count === 2);
    expect(problems).toEqual([new Error('from the listener'), new Error('from the listener')]);
    await expect(connection.call({ ...bus, member: 'GetId' })).resolves.toHaveLength(1);
  });

  test('answers nobody', async () => {
    const { address } = await startPrivateBus();
    const connection = await open(address);
    const peer = await joinBus(address);
    const answers: Message[] = [];
    peer.library.on('message', (message) => answers.push(message));
    for (const member of ['Ping', 'Introspect', 'Anything'])
      peer.library.send(new Message({ destination: connection.uniqueName, path: '/', interface: 'a.b', member }));
    await connection.call({ ...bus, member: 'GetId' });
    await peer.call('org.freedesktop.DBus', 'GetId', [], '/org/freedesktop/DBus');
    expect(answers.filter(({ sender }) => sender === connection.uniqueName)).toEqual([]);
  });

  test('survives a message whose body points to a file descriptor that is not there', async () => {
    const { address } = await startPrivateBus();
    const problems: unknown[] = [];
    const seen: unknown[] = [];
    const connection = await open(address, {
      onMessage: ({ member, body }) => seen.push([member, ...body]),
      onUnreadable: (problem) => problems.push(String(problem)),
    });
    const peer = await joinBus(address);
    sendWithoutDescriptor(peer, connection.uniqueName);
    const plain = new Message({
      destination: connection.uniqueName,
      path: '/',
      interface: 'a.b',
      member: 'Next',
      signature: 's',
      body: ['x'],
    });
    peer.library.send(plain);
    await until(() => seen.some((one) => Array.isArray(one) && one[0] === 'Next'));
    expect(problems).toEqual(['Error: No FDs available']);
  });

  test('makes plain values of what it is sent', async () => {
    const { address } = await startPrivateBus();
    const bodies: (readonly unknown[])[] = [];
    const connection = await open(address, { onMessage: ({ member, body }) => member === 'Values' && bodies.push(body) });
    const peer = await joinBus(address);
    const body = [
      7n,
      -7n,
      2n ** 64n - 1n,
      new Variant('s', 'in'),
      { key: new Variant('as', ['a']), value: new Variant('v', new Variant('u', 1)) },
    ];
    const rest = [Buffer.from([1, 2]), [[3, '/a']], true];
    const destination = connection.uniqueName;
    const signature = 'txtva{sv}aya(uo)b';
    peer.library.send(
      new Message({ destination, path: '/', interface: 'a.b', member: 'Values', signature, body: [...body, ...rest] as never }),
    );
    await until(() => bodies.length > 0);
    const dictionary = new Map<string, unknown>([
      ['key', ['a']],
      ['value', 1],
    ]);
    expect(bodies).toEqual([[7, -7, 2 ** 64, 'in', dictionary, [1, 2], [[3, '/a']], true]]);
  });

  test('a bus that refuses us is an error, not the end of the process', async () => {
    const { address } = await startPrivateBus(
      '</policy><limit name="max_connections_per_user">1</limit><policy context="default">',
    );
    await joinBus(address);
    await expect(open(address)).rejects.toMatchObject({ cause: { name: 'org.freedesktop.DBus.Error.LimitsExceeded' } });
  });

  test('leaves nothing behind after 100 connections', async () => {
    const { address } = await startPrivateBus();
    const connectAndLeave = async () => {
      const connection = await open(address);
      await connection.call({ ...bus, member: 'AddMatch', signature: 's', body: ["type='signal'"] });
      connection.close();
      await connection.ended;
    };
    await connectAndLeave();
    const before = openFiles();
    for (let count = 0; count < 100; count += 1) await connectAndLeave();
    await until(() => openFiles() <= before);
  });
});

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

/** A number is marshalled, and called a descriptor on its way out: the library itself would promise one to the bus. */
function sendWithoutDescriptor(peer: Peer, destination: string): void {
  const { stream } = (peer.library as unknown as { readonly _connection: { readonly stream: Socket } })._connection;
  const write = stream.write.bind(stream) as (data: Buffer) => boolean;
  stream.write = (data: unknown) =>
    write(Buffer.from(String((data as Buffer).toString('latin1')).replace('\x01u\0', '\x01h\0'), 'latin1'));
  const body = [new Variant('u', 0)];
  peer.library.send(new Message({ destination, path: '/', interface: 'a.b', member: 'C', signature: 'v', body }));
  stream.write = write as Socket['write'];
}
