import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, checkout } from './bundle.ts';
import { type Architecture, packageArchitectures, placeRuntime } from './runtime.ts';

/**
 * `npm run package [-- --version VERSION] [-- --arch x64|arm64]`: the Debian package and the RPM, into build/packages/.
 * Needs nfpm (.ci/install builds it) and strip (binutils).
 */
const root = join(checkout, 'build/root');
const library = join(root, 'usr/lib/systemd-stop-exporter');
const share = join(root, 'usr/share/systemd-stop-exporter');
const documentation = join(root, 'usr/share/doc/systemd-stop-exporter');
const packages = join(checkout, 'build/packages');

/** Where .ci/install leaves what it builds. */
const builtTools = join(process.env['SSE_CACHE'] ?? '/var/cache/systemd-stop-exporter', 'bin');

/** What goes where, apart from the bundle, the runtime and what nfpm.yaml names. */
const copies: readonly (readonly [from: string, to: string])[] = [
  ['deploy/pstree-hook/pstree-hook', join(library, 'pstree-hook')],
  ['deploy/pstree-hook/stop-witness.conf', join(documentation, 'examples/stop-witness.conf')],
  ['deploy/pstree-hook/README.md', join(documentation, 'pstree-hook.md')],
  ['stap', join(share, 'stap')],
  ['docs/incident.schema.json', join(share, 'incident.schema.json')],
  ['docs', join(documentation, 'docs')],
  ['README.md', join(documentation, 'README.md')],
  ['CHANGELOG.md', join(documentation, 'CHANGELOG.md')],
  ['LICENSE', join(documentation, 'copyright')],
];

async function makePackages(version: string, architecture: Architecture): Promise<void> {
  for (const directory of [root, packages]) rmSync(directory, { recursive: true, force: true });
  await bundle(library);
  placeRuntime(architecture, { node: join(library, 'node'), license: join(documentation, 'node-license') });
  for (const [from, to] of copies) copy(join(checkout, from), to);
  mkdirSync(packages, { recursive: true });
  const described = {
    PACKAGE_VERSION: version,
    PACKAGE_ARCH: packageArchitectures[architecture],
    SOURCE_DATE_EPOCH: commitTime(),
  };
  for (const packager of ['deb', 'rpm'])
    execFileSync('nfpm', ['package', '--config', 'packaging/nfpm.yaml', '--packager', packager, '--target', packages], {
      cwd: checkout,
      env: { ...process.env, ...described, PATH: `${builtTools}:${process.env['PATH']}` },
      stdio: 'inherit',
    });
}

function copy(from: string, to: string): void {
  if (!existsSync(from)) throw new Error(`Cannot package "${from}": it is not there`);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
}

/** The same commit gives the same package. */
function commitTime(): string {
  return execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: checkout, encoding: 'utf8' }).trim();
}

function ownVersion(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  return version;
}

function readArguments(): { readonly version: string; readonly architecture: Architecture } {
  const { values } = parseArgs({ options: { version: { type: 'string' }, arch: { type: 'string' } } });
  const { version = ownVersion(), arch = 'x64' } = values;
  if (arch !== 'x64' && arch !== 'arm64') throw new Error(`Cannot package for "${arch}": x64 or arm64`);
  return { version, architecture: arch };
}

if (import.meta.main) {
  const { version, architecture } = readArguments();
  await makePackages(version, architecture);
}
