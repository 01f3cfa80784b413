import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseDumpName } from '../../../src/sources/files/dump-name.ts';
import { createPstreeParser } from '../../../src/sources/pstree/pstree-text.ts';

const hook = new URL('../../../deploy/pstree-hook/pstree-hook', import.meta.url).pathname;
const isInCi = process.env['CI'] !== undefined;
const hasPstree = existsSync('/usr/bin/pstree');
const isRoot = process.geteuid?.() === 0;

describe('pstree-hook', () => {
  let directory = '';
  let spool = '';

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pstree-hook-'));
    spool = join(directory, 'run', 'pstree');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function run(unit: string, path = '/usr/bin:/bin', more: Readonly<Record<string, string>> = {}): SpawnSyncReturns<string> {
    return spawnSync('sh', [hook, unit], { encoding: 'utf8', env: { PATH: path, STOP_EXPORTER_SPOOL: spool, ...more } });
  }

  /** A directory of programs that holds what the hook needs, but for those that are replaced. */
  function pathWith(programs: Readonly<Record<string, string | undefined>>): string {
    const bin = join(directory, 'bin');
    mkdirSync(bin);
    for (const name of ['sh', 'date', 'timeout', 'mv', 'rm', 'mkdir', 'sleep']) {
      if (!(name in programs)) symlinkSync(`/bin/${name}`, join(bin, name));
    }
    for (const [name, text] of Object.entries(programs)) {
      if (text === undefined) continue;
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    return bin;
  }

  const dumps = (): readonly string[] => readdirSync(spool).sort();

  function expectHarmless({ status, stdout, stderr }: SpawnSyncReturns<string>): void {
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  }

  test.skipIf(!hasPstree && !isInCi)('writes the tree of all processes, which names who asks for the stop', () => {
    const before = Date.now() * 1000;
    const unit = 'ovs-vswitchd.service';
    const waiting = `${hook} ${unit}; : systemctl stop ${unit}`;
    expectHarmless(
      spawnSync('sh', ['-c', waiting], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', STOP_EXPORTER_SPOOL: spool } }),
    );
    const [name = ''] = dumps();
    expect(dumps()).toHaveLength(1);
    const { unit: named, atUsec = 0 } = parseDumpName(name) ?? {};
    expect(named).toBe(unit);
    expect(atUsec).toBeGreaterThanOrEqual(before);
    const text = readFileSync(join(spool, name), 'utf8');
    expect(text).toMatch(new RegExp(`pstree-hook,\\d+ ${hook} ${unit}$`, 'm'));
    expect(text).toContain(`,${process.pid}`);
    const parser = createPstreeParser();
    const lines = text.trimEnd().split('\n');
    const observations = [
      ...lines.flatMap((line, index) => parser.accept(line, { file: name, line: index + 1 })),
      ...parser.finish(),
    ];
    expect(observations.map(({ kind }) => kind)).toEqual(['process-tree']);
  });

  test('keeps what it writes to root', () => {
    expectHarmless(run('a.service', pathWith({ pstree: 'echo tree' })));
    expect((statSync(spool).mode & 0o777).toString(8)).toBe('700');
    expect((statSync(join(spool, dumps()[0] ?? '')).mode & 0o777).toString(8)).toBe('600');
  });

  test('writes one dump for each time it is called', () => {
    const path = pathWith({ pstree: 'echo tree' });
    for (let count = 0; count < 3; count++) run('a.service', path);
    expect(new Set(dumps()).size).toBe(3);
  });

  test.each(['getty@tty1.service', 'a\\x2db.service', 'a:b_c.d.service', '-.mount'])('takes the unit %s', (unit) => {
    expectHarmless(run(unit, pathWith({ pstree: 'echo tree' })));
    expect(dumps()).toHaveLength(1);
    expect(dumps()[0]?.startsWith(`${unit}.`)).toBe(true);
    expect(parseDumpName(dumps()[0] ?? '')).toBeDefined();
  });

  test.each([
    '',
    '../a.service',
    'a/b.service',
    'a b.service',
    'a\nb.service',
    '.a.service',
    '*',
    '$(touch x)',
    ';id',
    'ü.service',
    '%n',
  ])('takes no unit %j', (unit) => {
    expectHarmless(run(unit, pathWith({ pstree: 'echo tree' })));
    expect(existsSync(spool)).toBe(false);
  });

  test('leaves nothing of a unit whose name has no room for a time', () => {
    expectHarmless(run(`${'x'.repeat(247)}.service`, pathWith({ pstree: 'echo tree' })));
    expect(dumps()).toEqual([]);
  });

  test.each([
    ['is not there', undefined],
    ['fails', 'echo half a tree; exit 1'],
    ['prints nothing', 'exit 0'],
    ['is killed', 'echo half a tree; kill -9 $$'],
  ])('leaves nothing where pstree %s', (_, pstree) => {
    expectHarmless(run('a.service', pathWith({ pstree })));
    expect(dumps()).toEqual([]);
  });

  test('kills a pstree that hangs, after a second, with all its children', () => {
    // Longer than a test may take.
    expectHarmless(run('a.service', pathWith({ pstree: `trap '' TERM; echo $$ >"${directory}/pid"; sleep 61; sleep 61` })));
    expect(dumps()).toEqual([]);
    const pid = Number(readFileSync(join(directory, 'pid'), 'utf8'));
    // Dead, even if the first process of a container has not reaped it yet.
    expect(existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') Z ').toContain(') Z ');
  });

  test('asks a pstree that cannot hide threads once more', () => {
    const pstree = 'case $1 in *T*) echo usage >&2; exit 1 ;; esac; echo "old tree $1"';
    expectHarmless(run('a.service', pathWith({ pstree })));
    expect(readFileSync(join(spool, dumps()[0] ?? ''), 'utf8')).toBe('old tree -psal\n');
  });

  test('asks for short lines where long ones are more than the exporter reads', () => {
    const pstree =
      'case $1 in *l) i=0; x=0123456789; while [ $i -lt 17 ]; do x=$x$x; i=$((i+1)); done; echo $x ;; *) echo "short $1" ;; esac';
    expectHarmless(run('a.service', pathWith({ pstree })));
    expect(readFileSync(join(spool, dumps()[0] ?? ''), 'utf8')).toBe('short -psaT\n');
  });

  test('tells the time in seconds where date knows no more, and keeps names apart', () => {
    const date = 'case $1 in *N) echo 1600766128%6N ;; *) echo 1600766128 ;; esac';
    const path = pathWith({ pstree: 'echo tree', date });
    run('a.service', path);
    run('a.service', path);
    expect(dumps().map((name) => parseDumpName(name)?.atUsec)).toEqual([1_600_766_128_000_000, 1_600_766_128_000_000]);
  });

  test('writes nothing more while a thousand dumps lie unread', () => {
    const path = pathWith({ pstree: 'echo tree' });
    mkdirSync(spool, { recursive: true });
    for (let count = 0; count < 999; count++) writeFileSync(join(spool, `a.service.${1_600_000_000 + count}`), 'tree');
    run('b.service', path);
    expect(dumps()).toHaveLength(1000);
    expectHarmless(run('b.service', path));
    expect(dumps()).toHaveLength(1000);
  });

  test('succeeds where there can be no spool', () => {
    writeFileSync(join(directory, 'run'), 'a file');
    expectHarmless(run('a.service', pathWith({ pstree: 'echo tree' })));
  });

  test('succeeds without any program at all', () => {
    const { status, stdout, stderr } = spawnSync('/bin/sh', [hook, 'a.service'], { encoding: 'utf8', env: { PATH: directory } });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  // Only root can mount; in CI the tests are run by root.
  describe.skipIf(!isRoot && !isInCi)('on a file system', () => {
    function runOn(options: string, prepare = ':'): readonly string[] {
      const script = `mount -t tmpfs -o "$1" tmpfs "$2" && ${prepare} && sh "$3" a.service; echo $?; ls -A "$2"`;
      const args = ['--mount', 'sh', '-c', script, 'sh', options, spool, hook];
      const env = {
        PATH: `${pathWith({ pstree: 'i=0; while [ $i -lt 2000 ]; do echo process; i=$((i+1)); done' })}:/usr/bin:/bin`,
        STOP_EXPORTER_SPOOL: spool,
      };
      mkdirSync(spool, { recursive: true });
      return execFileSync('unshare', args, { encoding: 'utf8', env }).trimEnd().split('\n');
    }

    test('with room it writes', () => expect(runOn('size=1m')).toEqual(['0', expect.stringMatching(/^a\.service\.\d{16}$/)]));
    test('that is full it leaves nothing', () => expect(runOn('size=4k')).toEqual(['0']));
    test('that is read-only it leaves nothing', () => expect(runOn('ro')).toEqual(['0']));
    test('without a free inode it leaves nothing', () => expect(runOn('nr_inodes=1')).toEqual(['0']));
  });

  test.skipIf(!existsSync('/usr/bin/shellcheck') && !isInCi)('has nothing that shellcheck finds', () => {
    expect(execFileSync('shellcheck', [hook], { encoding: 'utf8' })).toBe('');
  });

  test('can be executed', () => expect(statSync(hook).mode & 0o111).toBe(0o111));
});

describe('stop-witness.conf', () => {
  const path = new URL('../../../deploy/pstree-hook/stop-witness.conf', import.meta.url).pathname;

  test('runs the hook at every stop, as root, whatever comes of it', () => {
    const settings = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const command = '-+/usr/lib/systemd-stop-exporter/pstree-hook %n';
    expect(settings).toEqual(['[Service]', `ExecStop=${command}`, `ExecStopPost=${command}`]);
  });

  test.skipIf(!existsSync('/usr/bin/systemd-analyze') && !isInCi)('is understood by systemd', () => {
    const directory = mkdtempSync(join(tmpdir(), 'drop-in-'));
    mkdirSync(join(directory, 'witnessed.service.d'));
    writeFileSync(join(directory, 'witnessed.service'), '[Service]\nExecStart=/bin/sleep 60\n');
    // The hook is not installed where the drop-in says.
    writeFileSync(
      join(directory, 'witnessed.service.d/stop-witness.conf'),
      readFileSync(path, 'utf8').replaceAll('/usr/lib/systemd-stop-exporter/pstree-hook', hook),
    );
    const env = { PATH: '/usr/bin:/bin', SYSTEMD_UNIT_PATH: `${directory}:`, SYSTEMD_LOG_LEVEL: 'info' };
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', 'witnessed.service'], {
      encoding: 'utf8',
      env,
    });
    rmSync(directory, { recursive: true });
    expect([status, stderr.split('\n').filter((line) => line.includes('witnessed'))]).toEqual([0, []]);
  });
});
