import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { analyze } from '../src/cli/analyze.ts';
import { recordedFilesIn } from '../src/cli/recording-directory.ts';
import { shippedSettleMs } from '../src/config/serve-flags.ts';
import { causes } from '../src/model/cause.ts';
import type { IncidentDocument } from '../src/model/incident-document.ts';

/** Every directory here is a recording of real stops, and its expected.json says which, in full where it matters. */
const scenarios = 'test/scenarios';
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync('docs/incident.schema.json', 'utf8')),
);

interface Expected {
  /** The unit to look at; all of them where absent. */
  readonly unit?: string;
  readonly incidents: readonly Partial<IncidentDocument>[];
  /** Pieces of evidence that cannot be read. */
  readonly discarded?: number;
}

async function incidentsOf(
  directory: string,
  unit: string | undefined,
): Promise<{ documents: IncidentDocument[]; errors: string }> {
  let [out, errors] = ['', ''];
  await analyze(
    {
      files: recordedFilesIn(directory),
      format: 'json',
      settleMs: shippedSettleMs,
      onIncident: () => undefined,
      ...(unit === undefined ? {} : { unit }),
    },
    { out: (text) => (out += text), err: (text) => (errors += text) },
  );
  return { documents: JSON.parse(out), errors };
}

describe.each(readdirSync(scenarios))('the recording %s', (name) => {
  const directory = join(scenarios, name);
  const expected: Expected = JSON.parse(readFileSync(join(directory, 'expected.json'), 'utf8'));

  let replay: ReturnType<typeof incidentsOf> | undefined;
  const allIncidents = async (): Promise<IncidentDocument[]> => {
    replay ??= incidentsOf(directory, undefined);
    return (await replay).documents;
  };

  test('gives the expected verdicts', async () => {
    const { documents, errors } = await incidentsOf(directory, expected.unit);
    expect(documents).toMatchObject(expected.incidents);
    expect(Number(/(\d+) pieces? of evidence could not be read/.exec(errors)?.[1] ?? 0)).toBe(expected.discarded ?? 0);
  });

  test('gives documents that the schema allows', async () => {
    for (const document of await allIncidents()) expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  });

  test('gives the same trace ids every time', async () => {
    const first = (await allIncidents()).map(({ trace_id }) => trace_id);
    const again = (await incidentsOf(directory, undefined)).documents;
    expect(again.map(({ trace_id }) => trace_id)).toEqual(first);
    expect(new Set(first).size).toBe(first.length);
  });
});

test('every cause has a recording', () => {
  const seen = readdirSync(scenarios).flatMap((name): readonly string[] => {
    const { incidents }: Expected = JSON.parse(readFileSync(join(scenarios, name, 'expected.json'), 'utf8'));
    return incidents.map(({ cause }) => cause ?? '');
  });
  expect(causes.filter((cause) => !seen.includes(cause))).toEqual([]);
});
