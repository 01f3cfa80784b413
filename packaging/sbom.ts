import { execFileSync } from 'node:child_process';
import { checkout, commitTime } from './checkout.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

interface Bom {
  readonly serialNumber: string;
  readonly metadata: object;
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string }[];
}

/**
 * What a package carries of others, as CycloneDX 1.5. Of all that is installed what is not for development alone:
 * `npm sbom --omit=dev` (npm 11) leaves out what a package for development needs too. The same commit gives the same list.
 */
export function sbom(): string {
  const command = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application'];
  // npm wrote it.
  const bom = JSON.parse(execFileSync('npm', command, { cwd: checkout, encoding: 'utf8' })) as Bom;
  const { serialNumber: _, ...rest } = bom;
  const left = new Set(bom.components.filter(isForDevelopment).map((component) => component['bom-ref']));
  return `${JSON.stringify(
    {
      ...rest,
      metadata: { ...bom.metadata, timestamp: new Date(Number(commitTime()) * 1000).toISOString() },
      components: bom.components.filter((component) => !left.has(component['bom-ref'])),
      dependencies: bom.dependencies.filter(({ ref }) => !left.has(ref)),
    },
    undefined,
    2,
  )}\n`;
}

function isForDevelopment({ properties }: Component): boolean {
  return properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');
}

if (import.meta.main) process.stdout.write(sbom());
