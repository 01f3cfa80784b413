import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { socketsOfSystemd } from '../../src/http/socket-activation.ts';
import { curl } from '../e2e/support/curl.ts';
import { isInstalled } from '../e2e/support/installed.ts';
import { freePort } from '../support/free-port.ts';

describe('socketsOfSystemd', () => {
  test('gives the descriptors that are handed over', () => {
    expect(socketsOfSystemd({ LISTEN_FDS: '2', LISTEN_PID: '7' }, 7)).toEqual([{ fd: 3 }, { fd: 4 }]);
  });

  test.each([
    {},
    { LISTEN_FDS: '1' },
    { LISTEN_FDS: '1', LISTEN_PID: '8' },
    { LISTEN_FDS: '0', LISTEN_PID: '7' },
    { LISTEN_FDS: 'x', LISTEN_PID: '7' },
  ])('refuses %j', (variables) => {
    expect(() => socketsOfSystemd(variables, 7)).toThrow('systemd has handed over no socket');
  });
});

describe.skipIf(!isInstalled('systemd-socket-activate'))('serve --web.systemd-socket', () => {
  test('answers on the sockets of systemd-socket-activate, TCP and unix', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'activation-'));
    const [port, path] = [await freePort(), join(directory, 'stops.sock')];
    const exporter = [
      process.execPath,
      'src/main.ts',
      'serve',
      '--web.systemd-socket',
      '--source.dbus=off',
      '--source.journal=off',
    ];
    const parameters = ['-l', `127.0.0.1:${port}`, '-l', path, ...exporter, `--source.stap.log=${join(directory, 'none')}`];
    const activated = spawn('systemd-socket-activate', parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      // It says so once it listens; the exporter starts with the first connection.
      await once(activated.stderr, 'data');
      activated.stderr.resume();
      expect(await curl(`http://127.0.0.1:${port}/-/healthy`)).toBe(200);
      expect(await curl('http://localhost/incidents', '--unix-socket', path)).toBe(200);
    } finally {
      const ended = once(activated, 'exit');
      activated.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true });
    }
  }, 60_000);
});
