import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStopCommand } from '../../../src/sources/pstree/stop-command.ts';

const systemd = 'org.freedesktop.systemd1';
const manager = `${systemd} /org/freedesktop/systemd1 ${systemd}.Manager`;

/** Command line without argv[0] after the name, as pstree prints it → action and units. */
const asking: readonly (readonly [string, string, string, ...string[]])[] = [
  ['systemctl', 'stop ovs-vswitchd', 'stop', 'ovs-vswitchd.service'],
  ['systemctl', '--no-block stop a.service b c.socket', 'stop', 'a.service', 'b.service', 'c.socket'],
  ['systemctl', '-q stop -- a', 'stop', 'a.service'],
  ['systemctl', 'stop a --job-mode=fail', 'stop', 'a.service'],
  ['systemctl', '--job-mode replace stop a', 'stop', 'a.service'],
  ['systemctl', 'stop --signal 9 a', 'stop', 'a.service'],
  ['systemctl', '-qs9 kill a', 'kill', 'a.service'],
  ['systemctl', '-s KILL kill a.scope', 'kill', 'a.scope'],
  ['systemctl', '--system restart getty@tty1', 'restart', 'getty@tty1.service'],
  ['systemctl', 'stop app@*', 'stop', 'app@*'],
  ['systemctl', 'stop dev-disk-by\\x2duuid.swap', 'stop', 'dev-disk-by\\x2duuid.swap'],
  ['systemctl', 'try-restart a', 'try-restart', 'a.service'],
  ['systemctl', 'condrestart a', 'try-restart', 'a.service'],
  ['systemctl', 'reload-or-restart a', 'reload-or-restart', 'a.service'],
  ['systemctl', 'try-reload-or-restart a', 'reload-or-try-restart', 'a.service'],
  ['systemctl', 'isolate rescue', 'start', 'rescue.target'],
  ['systemctl', 'emergency', 'start', 'emergency.target'],
  ['systemctl', 'disable --now a', 'stop', 'a.service'],
  ['systemctl', '--now mask a', 'stop', 'a.service'],
  ['systemctl', 'poweroff', 'shutdown'],
  ['systemctl', '-i reboot', 'shutdown'],
  ['systemctl', 'soft-reboot', 'shutdown'],
  ['systemctl', 'stop a another-service-that...', 'stop', 'a.service', 'another-service-that.service'],
  ['systemctl', 'stop a ...', 'stop', 'a.service'],
  ['poweroff', '', 'shutdown'],
  ['reboot', '-f', 'shutdown'],
  ['shutdown', '-h now', 'shutdown'],
  ['shutdown', '', 'shutdown'],
  ['init', '6', 'shutdown'],
  ['telinit', '0', 'shutdown'],
  ['service', '/usr/sbin/service nginx stop', 'stop', 'nginx.service'],
  ['service', 'nginx restart', 'restart', 'nginx.service'],
  ['bash', '/usr/sbin/service nginx stop', 'stop', 'nginx.service'],
  ['invoke-rc.d', '/usr/sbin/invoke-rc.d --quiet nginx stop', 'stop', 'nginx.service'],
  ['nginx', '/etc/init.d/nginx stop', 'stop', 'nginx.service'],
  ['a-very-long-nam', '/etc/rc.d/init.d/a-very-long-name restart', 'restart', 'a-very-long-name.service'],
  ['sh', '/etc/init.d/networking.sh stop', 'stop', 'networking.service'],
  ['sudo', 'systemctl stop a', 'stop', 'a.service'],
  ['sudo', '-n -u root /usr/bin/systemctl stop a', 'stop', 'a.service'],
  ['env', 'A=b LC_ALL=C systemctl stop a', 'stop', 'a.service'],
  ['timeout', '--signal=KILL 60 bash -c systemctl poweroff', 'shutdown'],
  ['flock', '/run/lock systemctl restart a', 'restart', 'a.service'],
  ['su', '- root -c systemctl stop a', 'stop', 'a.service'],
  ['sh', '-c systemctl stop a', 'stop', 'a.service'],
  ['bash', '-x -o pipefail -ec "systemctl stop a"', 'stop', 'a.service'],
  ['sh', '-c cd /tmp && A=b systemctl stop a b >/dev/null 2>&1; echo done', 'stop', 'a.service', 'b.service'],
  ['sh', '-c if sudo systemctl is-active a; then sudo systemctl stop a; fi', 'stop', 'a.service'],
  ['sh', "-c yes | (systemctl stop 'a')", 'stop', 'a.service'],
  ['busctl', `call ${manager} StopUnit ss a.service replace`, 'stop', 'a.service'],
  ['busctl', `--system call ${manager} StartUnit ss rescue.target isolate`, 'start', 'rescue.target'],
  ['busctl', `call ${manager} EnqueueUnitJob sss a.service restart replace`, 'restart', 'a.service'],
  ['busctl', `call ${manager} PowerOff`, 'shutdown'],
  ['busctl', `call ${systemd} /org/freedesktop/systemd1/unit/a_2eservice ${systemd}.Unit Stop s replace`, 'stop', 'a.service'],
  [
    'dbus-send',
    `--system --dest=${systemd} /org/freedesktop/systemd1 ${systemd}.Manager.StopUnit string:a.service string:replace`,
    'stop',
    'a.service',
  ],
  [
    'gdbus',
    `call --system --dest ${systemd} --object-path /org/freedesktop/systemd1 --method ${systemd}.Manager.StopUnit a.service 'replace'`,
    'stop',
    'a.service',
  ],
];

const notAsking: readonly (readonly [string, string])[] = [
  ['systemctl', 'status a'],
  ['systemctl', 'start a'],
  ['systemctl', 'show stop'],
  ['systemctl', 'stop'],
  ['systemctl', 'stop...'],
  ['systemctl', 'stop /home'],
  ['systemctl', '--user stop a'],
  ['systemctl', 'stop --user a'],
  ['systemctl', '--global mask --now a'],
  ['systemctl', '-H host stop a'],
  ['systemctl', '-Hhost stop a'],
  ['systemctl', '--host=host stop a'],
  ['systemctl', '-qM box stop a'],
  ['systemctl', '--machine box stop a'],
  ['systemctl', '--root=/mnt mask --now a'],
  ['systemctl', 'disable a'],
  ['systemctl', 'mask a'],
  ['systemctl', '--dry-run poweroff'],
  ['systemctl', '-p stop show a'],
  ['systemctl', 'daemon-reload'],
  ['systemctl', ''],
  ['poweroff', '-w'],
  ['shutdown', '-c'],
  ['shutdown', '-k now'],
  ['init', 'splash'],
  ['init', '3'],
  ['systemd', '--switched-root --system --deserialize 22'],
  ['service', '--status-all'],
  ['service', 'nginx status'],
  ['nginx', '/etc/init.d/nginx start'],
  ['ovs-ctl', '/usr/share/openvswitch/scripts/ovs-ctl --no-ovs-vswitchd stop'],
  ['ssh', 'host systemctl stop a'],
  ['sudo', 'ssh host systemctl stop a'],
  ['sudo', 'vim systemctl stop a'],
  ['grep', '-r systemctl stop a'],
  ['vim', 'systemctl'],
  ['sh', '-c echo systemctl stop a'],
  ['sh', '-c systemctl stop $UNIT'],
  ['bash', '/root/script.sh -c systemctl stop a'],
  ['bash', '-x script.sh systemctl stop a'],
  ['watch', '-n 1 systemctl status a'],
  ['busctl', `--user call ${manager} StopUnit ss a.service replace`],
  ['busctl', `-H host call ${manager} StopUnit ss a.service replace`],
  ['busctl', `call org.example.Other /org/freedesktop/systemd1 ${systemd}.Manager StopUnit ss a.service replace`],
  ['busctl', `call ${manager} GetUnit s a.service`],
  ['busctl', `call ${manager} StartUnit ss a.service replace`],
  ['busctl', 'monitor'],
  [
    'dbus-send',
    `--session --dest=${systemd} /org/freedesktop/systemd1 ${systemd}.Manager.StopUnit string:a.service string:replace`,
  ],
  ['gdbus', `call --session --dest ${systemd} --object-path /x --method ${systemd}.Manager.StopUnit a.service replace`],
  ['dbus-monitor', "--system path='/org/freedesktop/systemd1/unit/ovs_2dvswitchd_2eservice'"],
];

describe('parseStopCommand', () => {
  test.each(asking)('finds the request in %s %s', (name, args, action, ...units) => {
    expect(parseStopCommand(name, args)).toEqual({ action, units });
  });

  test.each(notAsking)('finds none in %s %s', (name, args) => {
    expect(parseStopCommand(name, args)).toBeUndefined();
  });

  test('does not follow shells in shells without end', () => {
    expect(parseStopCommand('sh', `${'-c sh '.repeat(1000)} -c systemctl stop a`)).toBeUndefined();
  });

  test('is done with 300 kB of anything, which a quadratic pattern never would be', () => {
    const pieces = [
      '1',
      '>',
      '1>',
      ' ',
      '-c sh ',
      "'",
      '"',
      '; ',
      'systemctl stop ',
      '-',
      '-s ',
      'A=b ',
      'sudo ',
      '/etc/init.d/',
      '...',
      '$',
      '(',
    ];
    for (const name of ['sh', 'systemctl', 'sudo', 'busctl', 'gdbus', 'service', 'su']) {
      for (const piece of pieces) {
        parseStopCommand(name, `-c ${piece.repeat(Math.ceil(300_000 / piece.length))}`);
      }
    }
  });

  test('reads any command line without throwing', () => {
    const word = fc.oneof(
      fc.constantFrom('sh', '-c', 'systemctl', 'stop', 'sudo', '--', '-H', 'call', systemd, ';', '"', '...'),
      fc.string(),
    );
    fc.assert(
      fc.property(word, fc.array(word), (name, words) => {
        const found = parseStopCommand(name, words.join(' '));
        for (const unit of found?.units ?? []) expect(unit.length).toBeLessThanOrEqual(300);
      }),
    );
  });
});
