import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A file system of our own that can be filled, and that can fail. */
export interface SmallDisk extends Disposable {
  readonly directory: string;
  /** Until nothing more fits. */
  fill(): void;
  makeRoom(): void;
}

export interface FailingDisk extends SmallDisk {
  /** As ext4 does where the disk gives wrong answers: from here on it is read-only. */
  goReadOnly(): void;
  /** Checks it and mounts it again; nobody may use it meanwhile. */
  repair(): void;
}

export function mountSmallDisk(): SmallDisk {
  const directory = mkdtempSync(join(tmpdir(), 'small-disk-'));
  run('mount', '-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', directory);
  return diskAt(directory, () => undefined);
}

/** ext4 on a loop device. */
export function mountFailingDisk(): FailingDisk {
  const place = mkdtempSync(join(tmpdir(), 'failing-disk-'));
  const [image, repaired, directory] = [join(place, 'image'), join(place, 'repaired'), join(place, 'mounted')];
  writeFileSync(image, '');
  truncateSync(image, 32 * 1024 * 1024);
  mkdirSync(directory);
  run('mkfs.ext4', '-q', image);
  const devices: string[] = [];
  const mount = (file: string): void => {
    const device = run('losetup', '--find', '--show', file).trim();
    devices.unshift(device);
    run('mount', '-o', 'errors=remount-ro', device, directory);
  };
  mount(image);
  return {
    ...diskAt(directory, () => {
      for (const device of devices) run('losetup', '--detach', device);
      rmSync(place, { recursive: true });
    }),
    goReadOnly: () => writeFileSync(`/sys/fs/ext4/${basename(devices[0] ?? '')}/trigger_fs_error`, 'injected'),
    repair() {
      run('umount', '--lazy', directory);
      // A copy: a machine that was booted meanwhile holds a mount of the original in its own namespace.
      copyFileSync(image, repaired);
      // 1: it found errors and has corrected them.
      run('sh', '-c', `e2fsck -p ${repaired} || [ $? = 1 ]`);
      mount(repaired);
    },
  };
}

function diskAt(directory: string, release: () => void): SmallDisk {
  const ballast = join(directory, 'ballast');
  return {
    directory,
    fill: () => writeUntilFull(ballast),
    makeRoom: () => unlinkSync(ballast),
    [Symbol.dispose]() {
      run('umount', '--lazy', directory);
      release();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function writeUntilFull(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let size = 64 * 1024; size > 0; size = writeOnce(file, size) ? size : Math.floor(size / 2));
  } finally {
    closeSync(file);
  }
}

function writeOnce(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size, 'x')) > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}

function run(command: string, ...words: readonly string[]): string {
  return execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
