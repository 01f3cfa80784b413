import { readFileSync } from 'node:fs';
import { bundle } from '../../../packaging/bundle.ts';
import { scratch } from './scratch.ts';

let bundled: Promise<string> | undefined;

/** The directory of the program as the Debian package installs it: bundled. */
export function bundledProgram(): Promise<string> {
  bundled ??= build();
  return bundled;
}

/** The words to run it, with the flags for Node that the package gives. */
export async function programWords(): Promise<readonly [string, ...string[]]> {
  const wrapper = readFileSync(new URL('../../../packaging/systemd-stop-exporter', import.meta.url), 'utf8');
  const flags = wrapper.match(/(?<=\/node )--.*(?= \/usr)/)?.[0].split(' ') ?? [];
  return [process.execPath, ...flags, `${await bundledProgram()}/main.js`];
}

async function build(): Promise<string> {
  const directory = scratch('program');
  await bundle(directory);
  return directory;
}
