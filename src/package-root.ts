import { findPackageJSON } from 'node:module';
import { dirname } from 'node:path';

/** The directory of our package.json: of the checkout, of the npm package, of what the Debian package installs. */
export const packageRoot = dirname(packageFile());

function packageFile(): string {
  const file = findPackageJSON(import.meta.url);
  if (file === undefined) throw new Error(`Cannot find the package.json that ${import.meta.url} belongs to`);
  return file;
}
