import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** Name, version and licence of every package that the bundled files come from: their licences ask for it. */
export function licensesOf(files: readonly string[]): string {
  const directories = new Set(files.flatMap((file) => packageDirectory(file) ?? []));
  return [...directories]
    .sort()
    .map(describe)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** …/node_modules/@scope/name of …/node_modules/@scope/name/lib/x.js. */
function packageDirectory(file: string): string | undefined {
  return /^(?!\0).*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

function describe(directory: string): string {
  const { name, version, license }: Package = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry));
  const text =
    file === undefined
      ? `(the package has no licence file, and names ${license})\n`
      : readFileSync(join(directory, file), 'utf8');
  return `${name} ${version} (${license})\n\n${text}`;
}
