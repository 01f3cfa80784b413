import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exporterAlerts } from '../../../grafana/src/alerts/exporter-alerts.ts';
import { stopAlerts } from '../../../grafana/src/alerts/stop-alerts.ts';

const alerts = [...stopAlerts, ...exporterAlerts];
const directory = 'docs/runbooks';

describe.each(alerts)('the runbook of $name', ({ name, runbook, severity }) => {
  const text = readFileSync(`${directory}/${runbook}.md`, 'utf8');

  test('says what it means, what to look at, what to do, how it went', () => {
    expect(text).toMatch(new RegExp(`^# ${name}\n`));
    for (const heading of ['What it means', 'What to look at', 'What to do', 'How the ovs-vswitchd case went'])
      expect(text).toContain(`\n## ${heading}\n`);
  });

  test('is in the table', () => {
    expect(readFileSync(`${directory}/README.md`, 'utf8')).toContain(`| ${name} | ${severity} | [${runbook}](${runbook}.md) |`);
  });
});

test('there is no other runbook', () => {
  expect(readdirSync(directory).toSorted()).toEqual([...alerts.map(({ runbook }) => `${runbook}.md`), 'README.md'].toSorted());
});
