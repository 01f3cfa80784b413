import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './query.ts';
import { ofHosts } from './selectors.ts';

const info = 'systemd_stop_exporter_build_info';

/** Where the values of a variable come from, in the order in which they narrow each other. */
export const variableSources = {
  job: { label: 'Job', metric: info, from: 'job' },
  instance: { label: 'Instance', metric: `${info}{job=~"$job"}`, from: 'instance' },
  unit: { label: 'Unit', metric: ofHosts('systemd_unit_stops_total'), from: 'name' },
  cause: { label: 'Cause', metric: ofHosts('systemd_stop_exporter_stops_total'), from: 'cause' },
  sender: { label: 'Sender', metric: ofHosts('systemd_unit_stops_total'), from: 'sender' },
} as const;

type VariableName = keyof typeof variableSources;

/** @param withoutAll the variables that must have a value */
export function variables(withoutAll: readonly VariableName[] = []) {
  const names = Object.keys(variableSources) as VariableName[];
  return [
    new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    new DatasourceVariableBuilder('jaeger').label('Jaeger').type('jaeger'),
    ...names.map((name) => variable(name, !withoutAll.includes(name))),
  ];
}

/** Several values at a time: Grafana then escapes each, also unit names with a backslash. */
function variable(name: VariableName, includeAll: boolean): QueryVariableBuilder {
  const { label, metric, from } = variableSources[name];
  const builder = new QueryVariableBuilder(name)
    .label(label)
    .datasource(datasource)
    .query({ qryType: 1, query: `label_values(${metric}, ${from})`, refId: `variable-${name}` })
    .definition(`label_values(${metric}, ${from})`)
    .multi(true)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .includeAll(includeAll);
  return includeAll ? builder.allValue('.+').current({ text: ['All'], value: ['$__all'] }) : builder;
}
