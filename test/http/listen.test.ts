import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get, type RequestListener, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { listen } from '../../src/http/listen.ts';

const hello: RequestListener = (_request, response) => response.end('hello');
const anyPort = { host: '127.0.0.1', port: 0 };

async function openSocket(address: string | undefined): Promise<Socket> {
  const { hostname, port } = new URL(address ?? '');
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n');
  return socket;
}

/** An app that holds its one answer until told to give it. */
function holdingApp() {
  const held = Promise.withResolvers<ServerResponse>();
  const app: RequestListener = (_request, response) => held.resolve(response);
  return { app, held: held.promise };
}

function askSocket(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ socketPath, path: '/' }, (response) => response.setEncoding('utf8').on('data', resolve)).on('error', reject);
  });
}

const directory = mkdtempSync(join(tmpdir(), 'listen-'));
afterAll(() => rmSync(directory, { recursive: true }));

afterEach(() => {
  vi.useRealTimers();
});

describe('listen', () => {
  test('gives an address that can be opened', async () => {
    const server = await listen(hello, anyPort);
    expect(server.addresses).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)]);
    expect(await (await fetch(server.addresses[0] ?? '')).text()).toBe('hello');
    await server.close();
  });

  test.each([undefined, '0.0.0.0', '::'])('gives localhost for every address of the host (%s)', async (host) => {
    const server = await listen(hello, { port: 0, ...(host !== undefined && { host }) });
    expect(server.addresses).toEqual([expect.stringMatching(/^http:\/\/localhost:\d+$/)]);
    expect(await (await fetch(server.addresses[0] ?? '')).text()).toBe('hello');
    await server.close();
  });

  test('writes an IPv6 address in brackets', async () => {
    const server = await listen(hello, { host: '::1', port: 0 });
    expect(await (await fetch(server.addresses[0] ?? '')).text()).toBe('hello');
    await server.close();
  });

  test('says in one line that the port is in use', async () => {
    const server = await listen(hello, anyPort);
    const port = Number(new URL(server.addresses[0] ?? '').port);
    await expect(listen(hello, { host: '127.0.0.1', port })).rejects.toThrow(
      `Cannot listen on "127.0.0.1:${port}": the port is in use`,
    );
    await server.close();
  });

  test('says in one line that the address is not of this host', async () => {
    await expect(listen(hello, { host: '192.0.2.1', port: 19558 })).rejects.toThrow(
      'Cannot listen on "192.0.2.1:19558": this host does not have that address',
    );
  });

  test('ends idle connections that wait for another request, and refuses new ones', async () => {
    const server = await listen(hello, anyPort);
    const socket = await openSocket(server.addresses[0]);
    await once(socket, 'data');
    const ended = once(socket, 'close');
    await server.close();
    await ended;
    await expect(fetch(server.addresses[0] ?? '')).rejects.toThrow();
  });

  test('lets a running request finish, and then ends its connection', async () => {
    const { app, held } = holdingApp();
    const server = await listen(app, anyPort);
    const socket = await openSocket(server.addresses[0]);
    const answer = await held;
    const closed = server.close();
    answer.end('late');
    const [chunk] = await once(socket, 'data');
    expect(String(chunk)).toContain('late');
    await Promise.all([closed, once(socket, 'close')]);
  });

  test('ends a request that does not finish within two seconds', async () => {
    const { app, held } = holdingApp();
    const server = await listen(app, anyPort);
    const socket = await openSocket(server.addresses[0]);
    socket.on('error', () => undefined);
    await held;
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const ended = once(socket, 'close');
    const closed = server.close();
    vi.advanceTimersByTime(2000);
    await Promise.all([closed, ended]);
  });

  test('ends a connection that does not send its request in time', async () => {
    const server = await listen(hello, anyPort);
    const { hostname, port } = new URL(server.addresses[0] ?? '');
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 408 /);
    socket.destroy();
    await server.close();
  }, 60_000);

  test('listens on a unix socket, also where a killed process has left one, and removes it', async () => {
    const path = join(directory, 'stops.sock');
    const killed = spawnSync(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
    ]);
    expect([killed.signal, existsSync(path)]).toEqual(['SIGKILL', true]);
    const server = await listen(hello, { path });
    expect(server.addresses).toEqual([`unix:${path}`]);
    expect(await askSocket(path)).toBe('hello');
    await expect(listen(hello, { path })).rejects.toThrow(`Cannot listen on "unix:${path}": somebody listens there`);
    expect(await askSocket(path)).toBe('hello');
    await server.close();
    expect(existsSync(path)).toBe(false);
  });

  test('leaves what is no socket where it is', async () => {
    const path = join(directory, 'precious');
    writeFileSync(path, 'x');
    await expect(listen(hello, { path })).rejects.toThrow(/it is no socket/);
    expect(readFileSync(path, 'utf8')).toBe('x');
    await expect(listen(hello, { path: join(directory, 'gone/x') })).rejects.toThrow(/no such directory|permission denied/);
  });

  test('can be closed twice', async () => {
    const server = await listen(hello, anyPort);
    await Promise.all([server.close(), server.close()]);
  });
});
