import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Suite } from '../machine.ts';

/** A suite's root file system with something more installed, as when an image is built: no systemd runs there. */
export interface Image extends Disposable {
  /** For bootMachine(). */
  readonly cache: string;
}

const sharedCache = process.env['SSE_CACHE'] ?? '/var/cache/systemd-stop-exporter';

/** What install() writes to the root goes with the image. */
export function buildImage(suite: Suite, install: (root: string) => void): Image {
  const directory = mkdtempSync(join(tmpdir(), 'package-image-'));
  const root = join(directory, 'rootfs', suite);
  const [upper, work] = ['upper', 'work'].map((name) => join(directory, name));
  for (const path of [root, upper, work]) mkdirSync(path ?? '', { recursive: true });
  const lower = join(sharedCache, 'rootfs', suite);
  execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', `lowerdir=${lower},upperdir=${upper},workdir=${work}`, root]);
  const image = {
    cache: directory,
    [Symbol.dispose]: () => {
      execFileSync('umount', [root]);
      rmSync(directory, { recursive: true });
    },
  };
  try {
    install(root);
    return image;
  } catch (error) {
    image[Symbol.dispose]();
    throw error;
  }
}

export function installDebianPackage(root: string, file: string): void {
  cpSync(file, join(root, 'root', basename(file)));
  execFileSync('chroot', [root, 'dpkg', '--install', `/root/${basename(file)}`], { stdio: 'pipe' });
}
