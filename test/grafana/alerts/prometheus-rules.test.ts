import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../grafana/src/alerts/alert.ts';
import { exporterAlerts } from '../../../grafana/src/alerts/exporter-alerts.ts';
import { stopAlerts } from '../../../grafana/src/alerts/stop-alerts.ts';
import { isInstalled } from '../../e2e/support/installed.ts';
import { cgroupEmptyCases } from './cases/cgroup-empty-cases.ts';
import { exporterCases } from './cases/exporter-cases.ts';
import { incidentLogCases } from './cases/incident-log-cases.ts';
import { singleStopCases } from './cases/stop-cases.ts';
import { stormCases } from './cases/storm-cases.ts';
import { traceCases } from './cases/trace-cases.ts';
import type { RuleCase } from './rule-case.ts';

const ruleFile = resolve('deploy/prometheus/systemd-stop-exporter.rules.yaml');
const alerts: readonly Alert[] = [...stopAlerts, ...exporterAlerts];
const cases = [...cgroupEmptyCases, ...singleStopCases, ...stormCases, ...exporterCases, ...traceCases, ...incidentLogCases];

describe('the cases', () => {
  test.each(alerts.map(({ name }) => name))('hold one where %s fires and a near miss', (name) => {
    const own = cases.filter(({ alert }) => alert === name);
    expect(own.some(({ fires }) => fires.length > 0)).toBe(true);
    expect(own.some(({ fires }) => fires.length === 0)).toBe(true);
  });
});

describe.skipIf(!isInstalled('promtool'))('promtool', () => {
  test('finds nothing wrong with the rule file', () => {
    expect(promtool('check', 'rules', '--lint=all', '--lint-fatal', ruleFile)).toContain(
      `SUCCESS: ${alerts.length + 3} rules found`,
    );
  });

  test.each(cases.map((one) => [`${one.alert} ${one.does}`, one] as const))('%s', (_title, one) => {
    const directory = mkdtempSync(join(tmpdir(), 'rule-test-'));
    try {
      const file = join(directory, 'test.yaml');
      writeFileSync(file, JSON.stringify(unitTest(one)));
      expect(promtool('test', 'rules', file)).toContain('SUCCESS');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

/** JSON is YAML. */
function unitTest({ alert, series, atMinute, fires }: RuleCase) {
  const expected = fires.map(({ labels, description }) => ({
    exp_labels: labels,
    exp_annotations: annotations(alert, labels, description),
  }));
  return {
    rule_files: [ruleFile],
    evaluation_interval: '10s',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: [{ alertname: alert, eval_time: `${atMinute * 60}s`, exp_alerts: expected }],
      },
    ],
  };
}

function annotations(name: string, labels: Readonly<Record<string, string>>, description: string) {
  const alert = alerts.find((one) => one.name === name);
  const instance = encodeURIComponent(labels['instance'] ?? '');
  const unit = labels['name'] === undefined ? '' : `&var-unit=${labels['name']}`;
  return {
    summary: alert?.summary,
    description,
    runbook_url: `https://runbooks.example.com/systemd-stop-exporter/${alert?.runbook}.md`,
    dashboard_url: `https://grafana.example.com/d/${alert?.dashboard}?var-instance=${instance}${unit}`,
  };
}

function promtool(...parameters: readonly string[]): string {
  const { stdout, stderr } = spawnSync('promtool', parameters, { encoding: 'utf8' });
  return stdout + stderr;
}
