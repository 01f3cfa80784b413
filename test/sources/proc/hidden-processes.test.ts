import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const script = new URL('inspect-as-nobody.ts', import.meta.url).pathname;
const isRoot = process.geteuid?.() === 0;

// Only root can mount; in CI the tests are run by root.
describe.skipIf(!isRoot && process.env['CI'] === undefined)('a process reader without rights', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hidepid-'));
    chmodSync(directory, 0o755);
  });
  afterEach(() => rm(directory));

  function inspectWith(options: string) {
    const mountAndRun = `mount -t proc -o "$2" proc "$1" && exec "$3" "$4" "$1"`;
    const args = ['--mount', 'sh', '-c', mountAndRun, 'sh', directory, options, process.execPath, script];
    return JSON.parse(execFileSync('unshare', args, { encoding: 'utf8' }));
  }

  test.each(['hidepid=1', 'hidepid=2'])('sees only its own processes under %s, and says so', (options) => {
    const { pid, visibility, first, own } = inspectWith(options);
    expect(visibility).toBe('own-processes');
    expect(first).toBeUndefined();
    expect(own.process).toMatchObject({ pid, uid: 65534, name: expect.any(String), startedAtUsec: expect.any(Number) });
    expect(own.ancestry.map((one: { pid: number }) => one.pid)).toEqual([pid]);
  });

  test('sees all processes without it', () => {
    const { pid, visibility, first, own } = inspectWith('hidepid=0');
    expect(visibility).toBe('full');
    expect(first.process).toMatchObject({ pid: 1, uid: 0, user: 'root' });
    expect([own.ancestry[0].pid, own.ancestry.at(-1).pid]).toEqual([1, pid]);
  });

  test('knows no birthday under subset=pid', () => {
    const { visibility, own } = inspectWith('subset=pid');
    expect(visibility).toBe('full');
    expect(own.process.startedAtUsec).toBeUndefined();
  });
});

function rm(directory: string): void {
  rmSync(directory, { recursive: true });
}
