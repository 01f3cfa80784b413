import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '../../packaging/bundle.ts';
import { bootVirtualMachine, type VirtualMachine } from './virtual-machine.ts';

const run = promisify(execFile);
export const vmCache = `${process.env['SSE_CACHE'] ?? '/var/cache/systemd-stop-exporter'}/vm`;
const build = `${vmCache}/build`;
/** In the build root, whose qemu sees nothing else. */
const directory = '/run-vm';

/** Builds what is missing, and a disk as after the first installation. */
export async function makeDisk(module = 'service_stop.ko'): Promise<void> {
  await run(new URL('build', import.meta.url).pathname, { maxBuffer: 2 ** 26 });
  const exporter = `${build}${directory}/exporter`;
  await mkdir(build + directory, { recursive: true });
  await bundle(exporter);
  const line = [join(vmCache, module), exporter, `${build}${directory}/base.raw`];
  await run(new URL('make-disk', import.meta.url).pathname, line);
  const overlay = ['create', '-q', '-f', 'qcow2', '-b', `${directory}/base.raw`, '-F', 'raw', `${directory}/disk.qcow2`];
  await run('chroot', [build, 'qemu-img', ...overlay]);
}

/** Boots from the disk, with all that earlier boots have written to it. */
export function bootDisk(): Promise<VirtualMachine> {
  return bootVirtualMachine({ disk: `${directory}/disk.qcow2`, directory, build });
}
