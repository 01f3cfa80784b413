import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from './checkout.ts';

/** As npm calls it, and as Debian does; RPM's name nfpm knows. */
export type Architecture = 'x64' | 'arm64';
export const packageArchitectures = { x64: 'amd64', arm64: 'arm64' } as const satisfies Record<Architecture, string>;

export interface RuntimeFiles {
  readonly node: string;
  readonly license: string;
}

/** Puts the project's own Node (the devDependency "node", from npm as well) and its licence where they are wanted. */
export function placeRuntime(architecture: Architecture, target: RuntimeFiles, version = nodeVersion()): void {
  const directory = mkdtempSync(join(tmpdir(), 'node-runtime-'));
  try {
    const name = `node-linux-${architecture}@${version}`;
    execFileSync('npm', ['pack', '--silent', '--prefer-offline', name], {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    execFileSync('sh', ['-c', 'tar -xzf ./*.tgz package/bin/node package/LICENSE'], { cwd: directory });
    const binary = join(directory, 'package/bin/node');
    for (const file of Object.values(target)) mkdirSync(join(file, '..'), { recursive: true });
    // Without the symbols that only a debugger needs: 17 MB. The strip of this machine knows its own architecture only.
    if (architecture === process.arch) execFileSync('strip', ['-o', target.node, binary]);
    else copyFileSync(binary, target.node);
    chmodSync(target.node, 0o755);
    copyFileSync(join(directory, 'package/LICENSE'), target.license);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function nodeVersion(): string {
  const { devDependencies }: { devDependencies: { node: string } } = JSON.parse(
    readFileSync(join(checkout, 'package.json'), 'utf8'),
  );
  return devDependencies.node;
}
