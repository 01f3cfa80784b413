import { expect, test } from 'vitest';
import project from '../../package.json' with { type: 'json' };
import { sbom } from '../../packaging/sbom.ts';

test('the list of what we ship names each dependency with its version, and none that is for development alone', () => {
  const { bomFormat, components } = JSON.parse(sbom());
  expect(bomFormat).toBe('CycloneDX');
  const listed: readonly string[] = components.map(
    ({ name, version }: { name: string; version: string }) => `${name}@${version}`,
  );
  const shipped = Object.entries(project.dependencies).map(([name, version]) => `${name}@${version}`);
  expect(listed).toEqual(expect.arrayContaining(shipped));
  expect(listed.filter((one) => one.startsWith('vitest@'))).toEqual([]);
});

test('the same commit gives the same list', () => {
  expect(sbom()).toBe(sbom());
});
