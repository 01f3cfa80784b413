import { describe, expect, test } from 'vitest';
import { isPrivateSocket, type ReadMemory } from '../../src/probe/private-socket.ts';
import type { SocketConnecting } from '../../src/probe/probe-events.ts';

function connecting(length: number): SocketConnecting {
  return { kind: 'socket-connecting', pid: 7, comm: 'systemctl', clockUsec: 1, address: 0x1000, length };
}

function holding(path: string, family = 1): ReadMemory {
  const address = Buffer.concat([Buffer.from([family, 0]), Buffer.from(`${path}\0`)]);
  return (_pid, _address, length) => address.subarray(0, length);
}

describe('isPrivateSocket()', () => {
  test.each([22, 23])('knows the socket of PID 1 by an address of %i bytes', (length) => {
    expect(isPrivateSocket(connecting(length), holding('/run/systemd/private'))).toBe(true);
  });

  test.each([
    ['another socket', connecting(23), holding('/run/systemd/notifyx')],
    ['another family', connecting(23), holding('/run/systemd/private', 10)],
    ['an address of another length', connecting(16), holding('/run/systemd/private')],
  ])('does not take %s for it', (_, event, readMemory) => {
    expect(isPrivateSocket(event, readMemory)).toBe(false);
  });

  test('does not know where the caller is gone', () => {
    expect(isPrivateSocket(connecting(23), () => undefined)).toBeUndefined();
    expect(isPrivateSocket(connecting(23), () => Buffer.alloc(4))).toBeUndefined();
  });
});
