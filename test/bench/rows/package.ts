import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { layOut, makePackage } from '../../../packaging/package.ts';
import { type Finding, finding, type Row } from '../finding.ts';
import { bundledProgram } from '../support/program.ts';
import { scratch } from '../support/scratch.ts';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));

export const packageRow: Row = {
  name: 'package',
  needsBed: false,
  about:
    'size on disk and number of files: the bundle, what npm installs with its dependencies, the Debian package with its Node',
  async measure(): Promise<readonly Finding[]> {
    const [bundle, npm, deb] = [sizeOf(await bundledProgram()), npmInstalled(), await debInstalled()];
    return [
      finding('installed size', 'MB', {
        bundle: bundle.megabytes,
        'npm with dependencies': npm.megabytes,
        deb: deb.megabytes,
        'deb, packed': deb.packedMegabytes,
      }),
      finding('installed files', 'files', { bundle: bundle.files, 'npm with dependencies': npm.files, deb: deb.files }),
    ];
  },
};

interface Size {
  readonly megabytes: number;
  readonly files: number;
}

/** The tarball unpacked, and what `npm install --omit=dev` puts beside it, by the lock file's list of it. */
function npmInstalled(): Size {
  const npm = (...words: string[]): string => execFileSync('npm', words, { cwd: checkout, encoding: 'utf8', maxBuffer: 2 ** 26 });
  execFileSync(`${checkout}node_modules/.bin/tsc`, ['--outDir', scratch('package-dist')], { cwd: checkout });
  const [packed] = JSON.parse(npm('pack', '--dry-run', '--json')) as [{ unpackedSize: number; entryCount: number }];
  const dependencies = npm('ls', '--omit=dev', '--all', '--parseable').trim().split('\n').slice(1).map(sizeOf);
  return sum([{ megabytes: packed.unpackedSize / 1e6, files: packed.entryCount }, ...dependencies]);
}

/** All that it installs, and the file itself; nothing where nfpm is missing (.ci/install builds it). */
async function debInstalled(): Promise<Size & { readonly packedMegabytes: number }> {
  const [architecture] = (['x64', 'arm64'] as const).filter((one) => one === process.arch);
  if (architecture === undefined || spawnSync('nfpm', ['--version']).status !== 0)
    return { megabytes: Number.NaN, files: Number.NaN, packedMegabytes: Number.NaN };
  await layOut(architecture);
  const file = makePackage({ packager: 'deb', version: '0.0.0', architecture }, scratch('deb'));
  const unpacked = scratch('deb-unpacked');
  execFileSync('dpkg-deb', ['--extract', file, unpacked]);
  return { ...sizeOf(unpacked), packedMegabytes: lstatSync(file).size / 1e6 };
}

/** Without the packages inside it, which are listed themselves. */
function sizeOf(directory: string): Size {
  const entries = readdirSync(directory, { withFileTypes: true }).filter(({ name }) => name !== 'node_modules');
  return sum(
    entries.map((entry) => {
      const path = `${directory}/${entry.name}`;
      return entry.isDirectory() ? sizeOf(path) : { megabytes: lstatSync(path).size / 1e6, files: 1 };
    }),
  );
}

function sum(sizes: readonly Size[]): Size {
  return sizes.reduce((total, one) => ({ megabytes: total.megabytes + one.megabytes, files: total.files + one.files }), {
    megabytes: 0,
    files: 0,
  });
}
