import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Finding, finding, type Row } from '../finding.ts';
import { bundledProgram } from '../support/program.ts';
import { scratch } from '../support/scratch.ts';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));

export const packageRow: Row = {
  name: 'package',
  needsBed: false,
  about: 'size on disk and number of files: what npm installs with its dependencies, and the bundle',
  async measure(): Promise<readonly Finding[]> {
    const [bundle, installed] = [sizeOf(await bundledProgram()), npmInstalled()];
    return [
      finding('installed size', 'MB', { bundle: bundle.megabytes, 'npm with dependencies': installed.megabytes }),
      finding('installed files', 'files', { bundle: bundle.files, 'npm with dependencies': installed.files }),
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
