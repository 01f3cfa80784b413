import { describe, expect, test } from 'vitest';
import { libraryAddress, systemBusAddress } from '../../../src/sources/dbus/bus-address.ts';

describe('systemBusAddress()', () => {
  test('is the well-known socket, unless the environment names another', () => {
    expect(systemBusAddress({})).toBe('unix:path=/run/dbus/system_bus_socket');
    expect(systemBusAddress({ DBUS_SYSTEM_BUS_ADDRESS: '' })).toBe('unix:path=/run/dbus/system_bus_socket');
    expect(systemBusAddress({ DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/elsewhere' })).toBe('unix:path=/elsewhere');
  });
});

describe('libraryAddress()', () => {
  test.each([
    ['unix:path=/run/dbus/system_bus_socket', 'unix:socket=/run/dbus/system_bus_socket'],
    ['unix:path=/run/with%20space,guid=1234', 'unix:socket=/run/with space'],
    ['unix:abstract=/tmp/dbus-1', 'unix:socket=\0/tmp/dbus-1'],
    ['tcp:host=localhost,port=1;unix:path=/second', 'unix:socket=/second'],
  ])('reads "%s"', (address, expected) => {
    expect(libraryAddress(address)).toBe(expected);
  });

  test.each(['', 'unix:', 'unix:path=', 'tcp:host=a,port=1', 'unixexec:path=/bin/sh', 'unix:path=/a%2cb', 'unix:path=%'])(
    'refuses "%s"',
    (address) => {
      expect(() => libraryAddress(address)).toThrow();
    },
  );
});
