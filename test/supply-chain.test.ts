import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
}

function readJson(path: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Readonly<Record<string, unknown>>;
}

const lock = readJson('package-lock.json') as { readonly packages: Readonly<Record<string, LockedPackage>> };
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');
/** What comes with us; optional ones are for other platforms, or for what we do without. */
const shipped = locked.filter(([, { dev, devOptional, optional }]) => dev !== true && devOptional !== true && optional !== true);

const isPermissive = /^(?:MIT|MIT\/X11|ISC|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|Unlicense|0BSD)$/;

/** Packages that name their licence in a way of their own, or not at all, and what their files say. */
const readByHand: Readonly<Record<string, string>> = {
  'node_modules/jsbi': 'Apache-2.0',
  'node_modules/map-stream': 'MIT',
  // Under either, as one likes.
  'node_modules/pause-stream': 'MIT',
};

function licenseOf(path: string, { license }: LockedPackage): string {
  return readByHand[path] ?? license ?? 'unknown';
}

describe('the dependencies', () => {
  test('are locked with a hash each', () => {
    expect(locked.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true).map(([path]) => path)).toEqual([]);
  });

  test('are named exactly', () => {
    const { dependencies, devDependencies } = readJson('package.json');
    const versions = Object.entries({ ...(dependencies as object), ...(devDependencies as object) });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
  });

  test('that are shipped have permissive licences', () => {
    const others = shipped
      .map(([path, one]) => [path, licenseOf(path, one)] as const)
      .filter(([, name]) => !isPermissive.test(name));
    expect(others).toEqual([]);
  });

  test('are without the code that stole keys in 2018, and without the prototype pollution of xml2js', () => {
    const versionsOf = (name: string) =>
      locked.filter(([path]) => path.endsWith(`node_modules/${name}`)).map(([, { version }]) => version);
    expect(versionsOf('event-stream')).toEqual(['3.3.4']);
    expect(versionsOf('flatmap-stream')).toEqual([]);
    expect(versionsOf('xml2js')).toEqual(['0.6.2']);
  });

  test('are as many as the README says', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const said = /(?<direct>\d+) packages, (?<all>\d+) with what they bring/.exec(readme)?.groups;
    const direct = Object.keys(readJson('package.json')['dependencies'] as object).length;
    expect({ ...said }).toEqual({ direct: String(direct), all: String(shipped.length) });
    expect(shipped.every(([path]) => existsSync(join(root, path)))).toBe(true);
  });
});
