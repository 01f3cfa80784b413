import { describe, expect, test } from 'vitest';
import { findBuild, systemdBuilds } from '../../src/probe/struct-offsets.ts';
import { activeStateOf } from '../../src/probe/systemd-words.ts';

describe('findBuild()', () => {
  test('finds a build by its id, whatever its version is called', () => {
    expect(findBuild('8a9ddda8ee232a3c138b812f43ce3f403f448c2b', 1)).toMatchObject({ by: 'build-id', build: { version: 257 } });
  });

  test('takes the row of the version for a build it does not know, and says so', () => {
    expect(findBuild('00', 252)).toMatchObject({ by: 'version', build: { version: 252, offsets: { unitId: 24 } } });
    expect(findBuild(undefined, 252)?.by).toBe('version');
  });

  test('hands out addresses of functions for exactly the build they are of', () => {
    expect(findBuild('5d0610bbcc4548c3c16c88d7f3411c04157a91c7', 247)?.build.functions).toBeDefined();
    expect(findBuild('00', 247)?.build.functions).toBeUndefined();
  });

  test('knows nothing of a version that was never looked at', () => {
    expect(findBuild(undefined, 300)).toBeUndefined();
  });
});

describe('systemdBuilds', () => {
  test('has each build and each version once', () => {
    const ids = systemdBuilds.flatMap(({ buildIds }) => buildIds);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(systemdBuilds.map(({ version }) => version)).size).toBe(systemdBuilds.length);
  });

  test.each(systemdBuilds.map((build) => [build.version, build] as const))(
    '%d has an active state for each of its states',
    (_, build) => {
      expect(build.states.filter((state) => activeStateOf(state) === undefined)).toEqual([]);
      expect(build.states[0]).toBe('dead');
      expect(build.states.at(-1)).toBe('cleaning');
    },
  );
});
