import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { systemd } from '../../src/trace/attribute-names.ts';
import { fileSchemas } from './provisioning-schemas.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true });
const read = (file: string): unknown => parse(readFileSync(`grafana/provisioning/${file}`, 'utf8'));

describe('the provisioning files', () => {
  test.each(Object.entries(fileSchemas))('%s is what Grafana documents, and nothing else', (file, schema) => {
    const validate = ajv.compile(schema);
    expect(validate(read(file)), JSON.stringify(validate.errors)).toBe(true);
  });
});

interface Datasources {
  readonly datasources: readonly { readonly uid: string; readonly jsonData: Readonly<Record<string, unknown>> }[];
}

describe('the data sources', () => {
  const { datasources } = read('datasources/systemd-stop-exporter.yaml') as Datasources;
  const settings = (uid: string) => datasources.find((one) => one.uid === uid)?.jsonData;

  test('lead from an exemplar to its trace: the label is the one that the exporter writes', () => {
    const renderer = readFileSync('src/sinks/prometheus/render-exposition.ts', 'utf8');
    expect(renderer).toContain('# {trace_id="');
    expect(settings('prometheus')).toMatchObject({
      exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: 'jaeger' }],
    });
  });

  test('show the cause on spans and ask by the unit, under the names that our spans have', () => {
    expect(settings('jaeger')).toMatchObject({
      spanBar: { type: 'Tag', tag: systemd.cause },
      tracesToMetrics: { datasourceUid: 'prometheus', tags: [{ key: systemd.unitName, value: 'name' }] },
    });
  });

  test('write $$ for a $: Grafana would put the environment there', () => {
    const text = readFileSync('grafana/provisioning/datasources/systemd-stop-exporter.yaml', 'utf8').replace(/#.*$/gm, '');
    expect(text.replaceAll('$$__tags', '')).not.toContain('$');
  });
});

describe('the rules of Grafana', () => {
  const { groups } = read('alerting/systemd-stop-exporter.yaml') as {
    readonly groups: readonly { readonly rules: readonly { readonly uid: string; readonly noDataState: string }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);

  test('take no data for good news', () => {
    expect(rules).toHaveLength(11);
    expect(new Set(rules.map(({ noDataState }) => noDataState))).toEqual(new Set(['OK']));
  });

  test('have uids that Grafana accepts', () => {
    for (const { uid } of rules) expect(uid).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length);
  });

  test('depend on no recording rule, which may not be there', () => {
    expect(readFileSync('grafana/provisioning/alerting/systemd-stop-exporter.yaml', 'utf8')).not.toContain(
      'instance:systemd_unit_stops',
    );
  });
});
