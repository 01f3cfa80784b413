import { readFileSync, writeFileSync } from 'node:fs';
import { bundle } from '../../../packaging/bundle.ts';
import { scratch } from './scratch.ts';

let bundled: Promise<string> | undefined;

/** The directory of the program as the Debian package installs it: bundled. */
export function bundledProgram(): Promise<string> {
  bundled ??= build();
  return bundled;
}

/** The words to run it, by the script of the package. */
export async function programWords(): Promise<readonly [string, ...string[]]> {
  const path = scratch('systemd-stop-exporter');
  writeFileSync(path, packagedScript(process.execPath, `${await bundledProgram()}/main.js`));
  return ['/bin/sh', path];
}

/** The script that the Debian package has in /usr/bin, with the settings of Node's that it makes, for files elsewhere. */
export function packagedScript(node: string, main: string): string {
  const script = readFileSync(new URL('../../../packaging/systemd-stop-exporter', import.meta.url), 'utf8');
  return script.replace('/usr/lib/systemd-stop-exporter/node', node).replace('/usr/lib/systemd-stop-exporter/main.js', main);
}

async function build(): Promise<string> {
  const directory = scratch('program');
  await bundle(directory);
  return directory;
}
