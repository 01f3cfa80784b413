const defaultAddress = 'unix:path=/run/dbus/system_bus_socket';

/** The system bus's address as the D-Bus specification finds it: DBUS_SYSTEM_BUS_ADDRESS, else the well-known socket. */
export function systemBusAddress(environment: Readonly<Record<string, string | undefined>>): string {
  return environment['DBUS_SYSTEM_BUS_ADDRESS'] || defaultAddress;
}

/** Characters that divide an address for dbus-next, which knows no escapes. */
const dividers = /[:;,=]/;

/**
 * The same address in the one form that makes dbus-next open a plain socket: for `path` and `abstract` it would load
 * "usocket" where that is installed, and take another way through its code. Throws where there is no such form.
 */
export function libraryAddress(address: string): string {
  const unix = address.split(';').find((one) => one.startsWith('unix:'));
  const keys = new Map(unix?.slice('unix:'.length).split(',').map(splitKey));
  const path = keys.get('path');
  const abstract = keys.get('abstract');
  const socket = path ?? (abstract === undefined ? undefined : `\0${abstract}`);
  if (socket === undefined || socket === '') throw new Error('Only "unix:path=…" and "unix:abstract=…" are supported');
  if (dividers.test(socket)) throw new Error('The D-Bus library cannot open a path with one of the characters ":;,="');
  return `unix:socket=${socket}`;
}

function splitKey(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))];
}
