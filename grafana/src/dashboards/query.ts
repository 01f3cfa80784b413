import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';

/** A row of the tables of queries: what a test runs against a real Prometheus. */
export interface Query {
  readonly expr: string;
  /** `graph`: over time. `value`: one instant. `table`: one instant, labels as columns. */
  readonly shape: 'graph' | 'value' | 'table';
  readonly legend?: string;
  /** Whether the dots that open a trace are drawn. */
  readonly exemplars?: boolean;
}

export const datasource = { type: 'prometheus', uid: '${datasource}' };

function target({ expr, shape, legend, exemplars = false }: Query, refId: string): DataqueryBuilder {
  const query = new DataqueryBuilder().datasource(datasource).refId(refId).expr(expr).exemplar(exemplars);
  if (legend !== undefined) query.legendFormat(legend);
  query.format(shape === 'table' ? PromQueryFormat.Table : PromQueryFormat.TimeSeries);
  return shape === 'graph' ? query.range() : query.instant();
}

/** A, B, C … in the order given. */
export function targets(queries: readonly Query[]): DataqueryBuilder[] {
  return queries.map((query, index) => target(query, String.fromCharCode(65 + index)));
}
