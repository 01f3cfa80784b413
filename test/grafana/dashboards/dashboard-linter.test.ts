import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isInstalled } from '../../e2e/support/installed.ts';
import { everything, substitute } from '../substitute.ts';
import { dashboards, panels, targets } from './committed-dashboards.ts';

/** What we break, and why: the linter reads it too. */
const { exclusions } = parse(readFileSync('grafana/dashboards/.lint', 'utf8')) as {
  readonly exclusions: Readonly<
    Record<string, { readonly reason: string; readonly entries?: readonly { readonly panel: string }[] }>
  >;
};

function mayBreak(rule: string, target: string): boolean {
  const exclusion = exclusions[rule];
  if (exclusion === undefined) return false;
  return exclusion.entries === undefined || exclusion.entries.some(({ panel }) => target.includes(panel));
}

/** Vector selectors, with the function they are the argument of and their range, if any. */
const selector = /(?:(\w+)\()?\b([a-z]\w+)\{([^}]*)\}(\[[^\]]+\])?/g;
const selectorsOf = (expr: string) =>
  [...expr.matchAll(selector)].map(([, call = '', metric = '', matchers = '', range = '']) => ({
    call,
    metric,
    matchers,
    range,
  }));

describe.each(dashboards.map((one) => [one.title, one] as const))('%s', (_title, { uid, editable, templating, annotations }) => {
  const variable = (name: string) => templating.list.find((one) => one.name === name);

  test('template-datasource-rule, template-uneditable-rule', () => {
    expect(variable('datasource')).toMatchObject({ type: 'datasource', query: 'prometheus', label: 'Data source' });
    expect(editable).toBe(false);
  });

  test.each(['job', 'instance'])('template-%s-rule', (name) => {
    const label = name === 'job' ? 'Job' : 'Instance';
    expect(variable(name)).toMatchObject({ type: 'query', label, multi: true, includeAll: true, allValue: '.+' });
  });

  test('template-label-promql-rule, template-on-time-change-reload-rule', () => {
    for (const { type, query, datasource, refresh, name } of templating.list.filter((one) => one.type !== 'datasource')) {
      expect({ name, type, refresh, datasource: datasource?.uid }).toEqual({
        name,
        type: 'query',
        refresh: 2,
        datasource: '${datasource}',
      });
      expect(typeof query === 'string' ? query : query.query).toMatch(/^label_values\([a-z_]+(?:\{[^}]+\})?, [a-z_]+\)$/);
    }
  });

  test('has the variables of the issue, and draws stops on its graphs', () => {
    const names = templating.list.map(({ name }) => name);
    expect(names).toEqual(['datasource', 'jaeger', 'job', 'instance', 'unit', 'cause', 'sender']);
    expect(annotations.list.map(({ datasource }) => datasource.uid)).toEqual(['${datasource}']);
    expect(uid).toMatch(/^systemd-stops-/);
  });
});

describe.each(panels)('%s', (_name, panel) => {
  test('panel-title-description-rule, panel-units-rule', () => {
    expect(panel.title).not.toBe('');
    expect(panel.description).toMatch(/\.$/);
    if (panel.type !== 'text') expect(knownUnits).toContain(panel.fieldConfig?.defaults.unit);
  });

  test('panel-datasource-rule, panel-no-targets-rule', () => {
    if (panel.type === 'text') return;
    expect(panel.datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
    expect(panel.targets?.length).toBeGreaterThan(0);
    for (const { datasource } of panel.targets ?? []) expect(datasource.uid).toBe('${datasource}');
  });
});

const knownUnits = ['none', 'percentunit', 's', 'dtdurations', 'bytes', 'cps', 'dateTimeAsIso'];

describe.each(targets)('%s', (name, { expr }) => {
  const selectors = selectorsOf(expr);

  test('target-job-rule, target-instance-rule', () => {
    expect(selectors.length).toBeGreaterThan(0);
    for (const { matchers } of selectors) {
      expect(matchers).toContain('job=~"$job"');
      expect(matchers).toContain('instance=~"$instance"');
    }
  });

  test('target-counter-agg-rule: a counter is in rate or increase, with a range', () => {
    for (const { call, metric, range } of selectors.filter(({ metric }) => /_(?:total|bucket|sum|count)$/.test(metric))) {
      expect({ metric, call, range }).toEqual({
        metric,
        call: expect.stringMatching(
          mayBreak('target-counter-agg-rule', name) ? /^(?:last|min)_over_time$/ : /^(?:rate|increase)$/,
        ),
        range: expect.stringMatching(/^\[/),
      });
    }
  });

  test('target-rate-interval-rule, with our exceptions', () => {
    const ranges = selectors.map(({ range }) => range).filter((range) => range !== '');
    const allowed = mayBreak('target-rate-interval-rule', name) ? ['[$__range]', '[10m]'] : [];
    for (const range of ranges) expect(['[$__rate_interval]', ...allowed]).toContain(range);
  });
});

describe.skipIf(!isInstalled('promtool'))('promtool', () => {
  test('target-promql-rule: reads every query', () => {
    const rules = targets.map(([, { expr }], index) => ({ record: `query_${index}`, expr: substitute(expr, everything) }));
    const directory = mkdtempSync(join(tmpdir(), 'queries-'));
    try {
      const file = join(directory, 'queries.yaml');
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
      const { stdout, stderr, status } = spawnSync('promtool', ['check', 'rules', '--lint=none', file], { encoding: 'utf8' });
      expect({ status, output: stdout + stderr }).toEqual({
        status: 0,
        output: expect.stringContaining(`${targets.length} rules`),
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('panels', () => {
  test.each(dashboards.map((one) => [one.title, one] as const))(
    'of %s have ids of their own and do not overlap',
    (_title, { panels: all }) => {
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
      const cells = all.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
      );
      expect(new Set(cells).size).toBe(cells.length);
      expect(Math.max(...all.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
    },
  );
});
