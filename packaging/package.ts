import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.ts';
import { checkout, commitTime } from './checkout.ts';
import { type Architecture, packageArchitectures, placeRuntime } from './runtime.ts';
import { sbom } from './sbom.ts';

/**
 * `npm run package [-- --version VERSION] [-- --arch x64|arm64]`: the Debian package and the RPM, and the list of what they
 * carry of others (SBOM), which they have inside too, into build/packages/.
 * Needs nfpm (.ci/install builds it) and strip (binutils).
 */
const root = join(checkout, 'build/root');
const library = join(root, 'usr/lib/systemd-stop-exporter');
const share = join(root, 'usr/share/systemd-stop-exporter');
const documentation = join(root, 'usr/share/doc/systemd-stop-exporter');

/** Where .ci/install leaves what it builds. */
const builtTools = join(process.env['SSE_CACHE'] ?? '/var/cache/systemd-stop-exporter', 'bin');

const sbomFile = 'sbom.cdx.json';

/** What goes where, apart from the bundle, the runtime and what nfpm.yaml names. */
const copies: readonly (readonly [from: string, to: string])[] = [
  ['deploy/pstree-hook/pstree-hook', join(library, 'pstree-hook')],
  ['deploy/pstree-hook/stop-witness.conf', join(documentation, 'examples/stop-witness.conf')],
  ['deploy/pstree-hook/README.md', join(documentation, 'pstree-hook.md')],
  ['stap', join(share, 'stap')],
  ['deploy/prometheus', join(share, 'prometheus')],
  ['deploy/alertmanager', join(share, 'alertmanager')],
  ['grafana/dashboards', join(share, 'grafana/dashboards')],
  ['grafana/provisioning', join(share, 'grafana/provisioning')],
  ['docs/incident.schema.json', join(share, 'incident.schema.json')],
  ['docs', join(documentation, 'docs')],
  ['README.md', join(documentation, 'README.md')],
  ['CHANGELOG.md', join(documentation, 'CHANGELOG.md')],
  ['LICENSE', join(documentation, 'copyright')],
];

/** Lays out what nfpm.yaml names, in build/root/. */
export async function layOut(architecture: Architecture): Promise<void> {
  rmSync(root, { recursive: true, force: true });
  await bundle(library);
  placeRuntime(architecture, { node: join(library, 'node'), license: join(documentation, 'node-license') });
  for (const [from, to] of copies) copy(join(checkout, from), to);
  writeFileSync(join(documentation, sbomFile), sbom());
}

export interface PackageDescription {
  readonly packager: 'deb' | 'rpm';
  readonly version: string;
  readonly architecture: Architecture;
}

/** Makes one package of what was laid out; returns its file. */
export function makePackage({ packager, version, architecture }: PackageDescription, directory: string): string {
  mkdirSync(directory, { recursive: true });
  writeVersion(version);
  const described = {
    PACKAGE_VERSION: version,
    PACKAGE_ARCH: packageArchitectures[architecture],
    SOURCE_DATE_EPOCH: commitTime(),
    PATH: `${builtTools}:${process.env['PATH']}`,
  };
  const said = execFileSync(
    'nfpm',
    ['package', '--config', 'packaging/nfpm.yaml', '--packager', packager, '--target', directory],
    { cwd: checkout, env: { ...process.env, ...described }, encoding: 'utf8' },
  );
  const file = /^created package: (.+)$/m.exec(said)?.[1];
  if (file === undefined) throw new Error(`Cannot read what nfpm made: "${said}"`);
  return file;
}

/** What the program says of itself is what the package says. */
function writeVersion(version: string): void {
  const file = join(library, 'package.json');
  const content: object = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, `${JSON.stringify({ ...content, version }, undefined, 2)}\n`);
}

function copy(from: string, to: string): void {
  if (!existsSync(from)) throw new Error(`Cannot package "${from}": it is not there`);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
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
  const directory = join(checkout, 'build/packages');
  await layOut(architecture);
  for (const packager of ['deb', 'rpm'] as const)
    process.stdout.write(`${makePackage({ packager, version, architecture }, directory)}\n`);
  copy(join(documentation, sbomFile), join(directory, `systemd-stop-exporter-${version}.${sbomFile}`));
}
