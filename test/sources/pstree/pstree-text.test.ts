import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProcessTree } from '../../../src/model/evidence.ts';
import { createPstreeParser } from '../../../src/sources/pstree/pstree-text.ts';
import { countKinds, file, linesOf, ofKind, only, readLines, readText } from '../dbus/reading.ts';

function read(text: string): ProcessTree {
  return only(ofKind(readText(createPstreeParser(), text), 'process-tree'));
}

function chains(tree: ProcessTree): readonly string[] {
  return tree.requests.map(({ ancestry }) => ancestry.map(({ name, pid }) => `${name}(${pid})`).join(' › '));
}

describe('createPstreeParser with the recording of 2020', () => {
  const lines = linesOf('ovs-vswitchd-2020-manual-stop/pstree.log');

  test('finds who asked for the stop, and its parents', () => {
    expect(readLines(createPstreeParser(), lines)).toEqual([
      {
        kind: 'process-tree',
        source: 'pstree',
        requests: [
          {
            action: 'stop',
            units: ['ovs-vswitchd.service'],
            ancestry: [
              { name: 'sshd', pid: 1031 },
              { name: 'sshd', pid: 3234 },
              { name: 'bash', pid: 3265 },
              { name: 'systemctl', pid: 11733, command: 'systemctl stop ovs-vswitchd' },
            ],
          },
        ],
        origin: { file, line: 10 },
        raw: [lines[0], lines[7], lines[8], lines[9]].join('\n'),
      },
    ]);
  });

  test('finds the same wherever it is cut off after that line, and nobody before', () => {
    const whole = readLines(createPstreeParser(), lines);
    for (let cut = 1; cut <= lines.length; cut++) {
      const observed = readLines(createPstreeParser(), lines.slice(0, cut));
      if (cut >= 10) expect(observed).toEqual(whole);
      else expect(observed).toMatchObject([{ kind: 'process-tree', requests: [] }]);
    }
  });

  test('finds the same in line-drawing characters', () => {
    const drawn = lines.map((line) => line.replaceAll('`-', '└─').replaceAll('|-', '├─').replaceAll('|', '│'));
    expect(chains(read(drawn.join('\n')))).toEqual(['sshd(1031) › sshd(3234) › bash(3265) › systemctl(11733)']);
  });

  test('finds the same between lines that are no tree', () => {
    const junk = fc.string({ unit: 'binary' }).filter((line) => line.trim() !== '' && !/[,(|`├└]/.test(line));
    const expected = chains(read(lines.join('\n')));
    fc.assert(
      fc.property(fc.array(junk, { minLength: lines.length, maxLength: lines.length }), (junks) => {
        const observed = readLines(
          createPstreeParser(),
          lines.flatMap((line, index) => [junks[index] ?? '', line]),
        );
        expect(countKinds(observed)).toEqual({ 'process-tree': 1, discarded: lines.length });
        expect(chains(only(ofKind(observed, 'process-tree')))).toEqual(expected);
      }),
    );
  });
});

/** psmisc 23.6. */
const whole = `systemd,1 --switched-root --system --deserialize 22
  |-cron,500 -f
  |   \`-cron,900 -f
  |       \`-sh,901 -c systemctl restart a; true
  |           \`-systemctl,902 restart a
  |-sshd,1031 -D
  |   \`-sshd,3234
  |       \`-bash,3265
  |           |-sudo,4000 systemctl stop nginx b.socket
  |           |   \`-sudo,4001 systemctl stop nginx b.socket
  |           |       \`-systemctl,4002 stop nginx b.socket
  |           |           |-{systemctl},4003
  |           |           \`-systemd-tty-ask,4004 --watch
  |           \`-watch,4010 systemctl status nginx
  |-containerd-shim,5000
  |   \`-systemd,5001
  |       \`-systemctl,5002 stop inner
  \`-systemd,6000 --user
      \`-sh,6001 -c systemctl stop c
`;

describe('createPstreeParser', () => {
  test('finds every request of a whole dump, at the process that makes it', () => {
    const tree = read(whole);
    expect(tree.requests.map(({ action, units }) => [action, units])).toEqual([
      ['restart', ['a.service']],
      ['stop', ['nginx.service', 'b.socket']],
      ['stop', ['c.service']],
    ]);
    expect(chains(tree)).toEqual([
      'systemd(1) › cron(500) › cron(900) › sh(901) › systemctl(902)',
      'systemd(1) › sshd(1031) › sshd(3234) › bash(3265) › sudo(4000) › sudo(4001) › systemctl(4002)',
      'systemd(1) › systemd(6000) › sh(6001)',
    ]);
    expect(tree.origin).toEqual({ file, line: 5 });
    expect(tree.raw.split('\n')).toHaveLength(13);
  });

  test('takes a wrapper for the asker where its child is not shown', () => {
    expect(chains(read('  |-bash,7\n  |   `-sudo,8 systemctl stop a'))).toEqual(['bash(7) › sudo(8)']);
  });

  test('answers honestly that nobody asks', () => {
    const text = 'systemd,1\n  |-bash,7\n  |   `-vim,8 systemctl stop a';
    expect(read(text)).toEqual({
      kind: 'process-tree',
      source: 'pstree',
      requests: [],
      origin: { file, line: 1 },
      raw: 'systemd,1',
    });
    expect(read('systemd(1)-+-bash(7)---systemctl(8)\n           `-cron(9)').requests).toEqual([]);
  });

  test('says nothing of a text that holds no tree', () => {
    expect(readText(createPstreeParser(), '')).toEqual([]);
    expect(countKinds(readText(createPstreeParser(), 'hello world\n\nbye'))).toEqual({ discarded: 2 });
  });

  test('hides secrets in the command lines of the ancestry', () => {
    const tree = read('  |-app,7 --password hunter2\n  |   `-systemctl,8 stop a');
    expect(tree.requests[0]?.ancestry[0]?.command).toBe('app --password ***');
    expect(JSON.stringify(tree)).not.toContain('hunter2');
  });

  test('takes the time of reading', () => {
    expect(readLines(createPstreeParser(), ['a,1'], 7)).toMatchObject([{ kind: 'process-tree', atUsec: 7 }]);
  });

  test('does not go deeper or wider than its bounds', () => {
    const deep = Array.from({ length: 2000 }, (_, depth) => `${' '.repeat(depth)}\`-sh,${depth} x`);
    const observed = readLines(createPstreeParser(), [...deep, '`-systemctl,9 stop a']);
    expect(countKinds(observed)).toEqual({ discarded: 2000 - 256, 'process-tree': 1 });
    expect(only(ofKind(observed, 'process-tree')).requests).toHaveLength(1);
    const wide = Array.from({ length: 2000 }, (_, index) => `  |-systemctl,${index} stop a${index}`);
    const tree = only(ofKind(readLines(createPstreeParser(), wide), 'process-tree'));
    expect(tree.requests).toHaveLength(256);
    expect(tree.raw.length).toBeLessThanOrEqual(4096);
  });

  test('reads any text without throwing', () => {
    const piece = fc.oneof(
      fc.constantFrom(...whole.split('\n'), '|-', '`-', '  ', '├─', 'a,1', 'a(1)---b(2)'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(''))), (lines) => {
        expect(() => readLines(createPstreeParser(), lines)).not.toThrow();
      }),
    );
  });
});

const pstree = 'pstree';
const hasPstree = spawnSync(pstree, ['--version']).error === undefined;

describe.skipIf(!hasPstree)('createPstreeParser with the pstree of this host', () => {
  test.each([['-psa'], ['-psaU'], ['-psaA'], ['-psal']])('finds a process that asks, with %s', async (options) => {
    const directory = mkdtempSync(join(tmpdir(), 'pstree-'));
    const script = join(directory, 'systemctl');
    writeFileSync(script, '#!/bin/sh\necho ready\nread -r end\n');
    chmodSync(script, 0o755);
    const asking = spawn(script, ['--no-block', 'stop', 'some-unit'], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      await once(asking.stdout, 'data');
      const dump = execFileSync(pstree, [options, String(asking.pid)], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C.UTF-8' },
      });
      const request = read(dump).requests.find(({ units }) => units.includes('some-unit.service'));
      expect(request).toMatchObject({ action: 'stop' });
      expect(request?.ancestry.at(-1)).toMatchObject({ name: 'systemctl', pid: asking.pid });
      expect(request?.ancestry.map(({ pid }) => pid)).toContain(process.pid);
    } finally {
      asking.kill();
      rmSync(directory, { recursive: true });
    }
  });
});
