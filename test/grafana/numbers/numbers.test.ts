import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Alert } from '../../../grafana/src/alerts/alert.ts';
import { exporterAlerts } from '../../../grafana/src/alerts/exporter-alerts.ts';
import { recentStops } from '../../../grafana/src/alerts/recent-stops.ts';
import { recordingRules } from '../../../grafana/src/alerts/recording-rules.ts';
import { stopAlerts } from '../../../grafana/src/alerts/stop-alerts.ts';
import { anyStopsExpr, filteredStopsExpr } from '../../../grafana/src/dashboards/annotation.ts';
import { fleetQueries } from '../../../grafana/src/dashboards/fleet-queries.ts';
import { unitQueries } from '../../../grafana/src/dashboards/unit-queries.ts';
import { variableSources } from '../../../grafana/src/dashboards/variables.ts';
import type { AlertGroup } from '../../e2e/support/alertmanager.ts';
import { isInstalled } from '../../e2e/support/installed.ts';
import type { ExemplarSeries, Labels, Sample } from '../../e2e/support/prometheus.ts';
import { dashboards, targets } from '../dashboards/committed-dashboards.ts';
import { substitute } from '../substitute.ts';
import { alertTruths } from './alert-truths.ts';
import { fleetTruths } from './fleet-truths.ts';
import { type KnownStops, startKnownStops } from './known-stops.ts';
import { select } from './selection.ts';
import { countBy, estimated, seriesName, type Truth, type Values } from './truth.ts';
import { unitTruths } from './unit-truths.ts';

const alerts: readonly Alert[] = [...stopAlerts, ...exporterAlerts];
/** Completed with addresses, which are known only when the exporters run. */
const selections = {
  everything: () => ({}),
  'one host': ({ instances }: KnownStops) => ({ instance: instances[0] }),
  'the other host and its failures': ({ instances }: KnownStops) => ({ instance: instances[1], cause: 'cgroup-empty|oom-kill' }),
  'one unit and its requests by systemctl': () => ({ unit: 'sleepy\\.service', cause: 'requested', sender: 'systemctl' }),
} as const;

test('every query of the dashboards has a truth here', () => {
  const known: readonly string[] = [...Object.values(fleetQueries), ...Object.values(unitQueries)].map(({ expr }) => expr);
  for (const [name, { expr }] of targets) expect(known, name).toContain(expr);
  for (const { annotations } of dashboards) expect(annotations.list.map(({ expr }) => expr)).toEqual([filteredStopsExpr]);
});

describe.skipIf(!isInstalled('prometheus') || !isInstalled('prometheus-alertmanager'))(
  'a Prometheus that scraped exporters with known stops',
  () => {
    let world: KnownStops;
    beforeAll(async () => {
      world = await startKnownStops();
    }, 240_000);
    afterAll(async () => {
      await world?.[Symbol.asyncDispose]();
    });

    async function ask(expr: string, later = 0): Promise<Values> {
      const answer = await world.prometheus.get<{ readonly result: readonly Sample[] }>('query', {
        query: expr,
        time: String(world.at + later),
      });
      return Object.fromEntries(
        answer.result.map(({ metric: { __name__, job, type, ...labels }, value }) => [seriesName(labels), Number(value[1])]),
      );
    }

    async function compare(expr: string, { values, tolerance = 0, onlySeries = false, later }: Truth): Promise<void> {
      const found = await ask(expr, later);
      expect(Object.keys(found).toSorted(), expr).toEqual(Object.keys(values).toSorted());
      for (const [series, value] of Object.entries(values)) {
        const message = `${expr}: ${series}`;
        if (onlySeries) expect(found[series], message).toBeGreaterThanOrEqual(0);
        else
          expect(Math.abs((found[series] ?? Number.NaN) - value), message).toBeLessThanOrEqual(
            Math.abs(value) * tolerance + 0.001,
          );
      }
    }

    test('has seen what the recordings hold', () => {
      expect(countBy(world.stops, 'cause')).toEqual({
        'cause=requested': 9,
        'cause=dependency': 1,
        'cause=signal': 1,
        'cause=exited': 1,
        'cause=cgroup-empty': 3,
        'cause=oom-kill': 2,
        'cause=bus-name-lost': 1,
      });
    });

    describe.each(Object.entries(selections))('shows %s', (_name, chosen) => {
      test.each(Object.entries(fleetQueries))('fleet: %s', async (name, { expr }) => {
        const selection = select(world, chosen(world));
        await compare(substitute(expr, selection.variables), fleetTruths(selection)[name as keyof typeof fleetQueries]);
      });

      test.each(Object.entries(unitQueries))('one unit: %s', async (name, { expr }) => {
        const selection = select(world, chosen(world));
        await compare(substitute(expr, selection.variables), unitTruths(selection)[name as keyof typeof unitQueries]);
      });

      test.each([filteredStopsExpr, anyStopsExpr])('annotation: %s', async (expr) => {
        const selection = select(world, chosen(world));
        const stops = expr === anyStopsExpr ? world.stops : selection.stops;
        const values = countBy(stops, 'instance', 'name', 'cause', 'sender', 'sender_unit');
        await compare(substitute(expr, selection.variables), { values });
      });
    });

    test.each(alerts.map((alert) => [alert.name, alert] as const))('%s finds what it is for', async (name, { expr }) => {
      const truth = alertTruths(world)[name];
      if (truth === undefined) throw new Error(`No truth for "${name}"`);
      await compare(expr(recentStops), truth);
    });

    test('records the same with its own rules', async () => {
      const perSeries = countBy(world.stops, 'instance', 'name', 'cause', 'sender', 'sender_unit');
      const unknown = world.stops.filter(({ sender }) => sender === 'unknown').length;
      const truths: readonly Values[] = [
        perSeries,
        { ...Object.fromEntries(causesAtZero()), ...countBy(world.stops, 'cause') },
        { 'missing=cause': 0, 'missing=sender': unknown },
      ];
      for (const [index, { expr }] of recordingRules.entries())
        await compare(expr, { values: truths[index] ?? {}, tolerance: estimated });
    });

    test('fires the alerts of its rule file', async () => {
      const expected = expectedStates();
      let found: readonly string[] = [];
      const isExpected = async () => {
        found = states(await world.prometheus.series('ALERTS'));
        return found.join() === expected.join();
      };
      // A scrape that is missed shows for a moment.
      await vi.waitUntil(isExpected, { timeout: 60_000, interval: 500 }).catch(() => undefined);
      expect(found).toEqual(expected);
    }, 90_000);

    test('tells Alertmanager, which groups them and holds back what a storm explains', async () => {
      const expected = expectedStates().flatMap((state) => (state.includes(' firing ') ? [state.replace(' firing ', ' ')] : []));
      let groups: readonly AlertGroup[] = [];
      const isExpected = async () => {
        groups = await world.alertmanager.groups();
        return alertsOf(groups).join() === expected.join();
      };
      await vi.waitUntil(isExpected, { timeout: 60_000, interval: 500 }).catch(() => undefined);
      expect(alertsOf(groups)).toEqual(expected);
      for (const { labels, receiver, alerts: members } of groups) {
        const isInfo = members.every((alert) => alert.labels['severity'] === 'info');
        expect(receiver.name).toBe(isInfo ? 'changes' : 'on-call');
        for (const name of Object.keys(labels))
          expect(isInfo ? ['alertname', 'sender', 'sender_unit'] : ['alertname', 'name']).toContain(name);
      }
      const [cgroupEmpty] = groups.filter(({ labels }) => labels['alertname'] === 'SystemdStopCgroupEmpty');
      expect(cgroupEmpty?.alerts).toHaveLength(3);
      const inStorm = (alert: AlertGroup['alerts'][number]) =>
        ['sleepy.service', 'storm.service'].includes(alert.labels['name'] ?? '') &&
        alert.labels['alertname'] !== 'SystemdStopRestartStorm';
      for (const alert of groups.flatMap(({ alerts: members }) => members)) {
        expect(alert.status.inhibitedBy.length > 0, JSON.stringify(alert.labels)).toBe(inStorm(alert));
      }
    }, 90_000);

    test('leads from each exemplar to a trace of a stop with its labels', async () => {
      const found = await world.prometheus.get<readonly ExemplarSeries[]>('query_exemplars', {
        query: substitute(unitQueries.stopsOverTime.expr, select(world, {}).variables),
        start: '0',
        end: String(world.at + 3600),
      });
      const pairs = found.flatMap(({ seriesLabels, exemplars }) =>
        exemplars.map(({ labels }) => [seriesLabels, labels['trace_id']] as const),
      );
      expect(pairs.length).toBeGreaterThan(0);
      for (const [{ name, cause, instance }, traceId] of pairs)
        expect(world.stops.find((stop) => stop.traceId === traceId)).toMatchObject({ name, cause, instance });
    });

    test.each(Object.entries(variableSources))('offers the values of $%s', async (_name, { metric, from }) => {
      const parameters = { 'match[]': substitute(metric, select(world, {}).variables) };
      const values = await world.prometheus.get<readonly string[]>(`label/${from}/values`, parameters);
      const stops = world.stops.map((stop) => ({ job: 'systemd-stop-exporter', ...stop })[from]);
      expect(values).toEqual(expect.arrayContaining([...new Set(stops)]));
      if (from !== 'cause') expect(values).toHaveLength(new Set(stops).size);
    });

    function causesAtZero() {
      const causes = [
        'shutdown',
        'exit-code',
        'core-dump',
        'watchdog',
        'timeout',
        'notify-stopping',
        'resources',
        'protocol',
        'unknown',
      ];
      return causes.map((cause) => [`cause=${cause}`, 0] as const);
    }

    /** What only has to hold for five minutes is pending. */
    function expectedStates(): readonly string[] {
      return alerts
        .flatMap(({ name, forDuration }) => {
          const state = forDuration === undefined ? 'firing' : 'pending';
          return Object.keys(alertTruths(world)[name]?.values ?? {}).map((series) => `${name} ${state} ${series}`);
        })
        .toSorted();
    }
  },
);

function alertsOf(groups: readonly AlertGroup[]): readonly string[] {
  const described = groups.flatMap(({ alerts: members }) =>
    members.map(({ labels: { alertname, job, type, severity, ...labels } }) => `${alertname} ${seriesName(labels)}`),
  );
  return described.toSorted();
}

function states(series: readonly { readonly metric: Labels }[]): readonly string[] {
  const described = series.map(({ metric: { __name__, alertname, alertstate, job, type, severity, ...labels } }) =>
    [alertname, alertstate, seriesName(labels)].join(' '),
  );
  return described.toSorted();
}
