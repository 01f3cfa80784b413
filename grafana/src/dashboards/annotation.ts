import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './query.ts';
import { countAtPoint, stops } from './selectors.ts';

const labels = 'instance, name, cause, sender, sender_unit';

/** Stops as lines on every graph of a dashboard, with the dashboard's own filters. */
export const filteredStopsExpr = `sum by (${labels}) (${countAtPoint(stops())}) > 0`;

/** The same without variables, to be pasted into any dashboard: docs/grafana.md shows it. */
export const anyStopsExpr = `sum by (${labels}) (${countAtPoint('systemd_unit_stops_total')}) > 0`;

export function stopsAnnotation(): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Stops')
    .datasource(datasource)
    .enable(true)
    .iconColor('red')
    .expr(filteredStopsExpr)
    .step('60s')
    .titleFormat('{{name}} on {{instance}} stopped: {{cause}}')
    .textFormat('by {{sender}} {{sender_unit}}')
    .tagKeys('cause,sender');
}
