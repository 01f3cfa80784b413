import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphDrawStyle,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { datasource, type Query, targets } from './query.ts';

/** What every panel has, which is also what dashboard-linter asks for. */
export interface PanelText {
  readonly title: string;
  readonly description: string;
  /** Grafana's id of it. */
  readonly unit: string;
  /** Columns of 24, and rows. */
  readonly size: readonly [width: number, height: number];
}

interface AnyPanel {
  title(text: string): this;
  description(text: string): this;
  unit(unit: string): this;
  span(width: number): this;
  height(height: number): this;
  datasource(reference: typeof datasource): this;
  targets(queries: ReturnType<typeof targets>): this;
}

function describe<P extends AnyPanel>(panel: P, { title, description, unit, size }: PanelText, queries: readonly Query[]): P {
  const [width, height] = size;
  panel.title(title).description(description).unit(unit).span(width).height(height);
  return panel.datasource(datasource).targets(targets(queries));
}

/** One number for each query. */
export function stat(text: PanelText, ...queries: readonly Query[]): StatBuilder {
  return describe(new StatBuilder(), text, queries)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .textMode(queries.length > 1 ? BigValueTextMode.ValueAndName : BigValueTextMode.Value)
    .noValue('none');
}

export function lines(text: PanelText, ...queries: readonly Query[]): TimeseriesBuilder {
  return describe(new TimeseriesBuilder(), text, queries)
    .min(0)
    .showPoints(VisibilityMode.Never)
    .legend(new VizLegendOptionsBuilder().showLegend(true))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi));
}

/** Events, stacked. */
export function bars(text: PanelText, ...queries: readonly Query[]): TimeseriesBuilder {
  return lines(text, ...queries)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .lineWidth(0)
    .decimals(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .interval('1m');
}

/** One bar for each series, the longest first where the query sorts. */
export function ranking(text: PanelText, query: Query): BarGaugeBuilder {
  return describe(new BarGaugeBuilder(), text, [query])
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .orientation(VizOrientation.Horizontal)
    .min(0)
    .decimals(0)
    .noValue('none');
}

export function states(text: PanelText, query: Query): StateTimelineBuilder {
  return describe(new StateTimelineBuilder(), text, [query]).mergeValues(true).rowHeight(0.8).interval('1m').noValue('');
}

/** Labels as columns, and the value under a name of its own. */
export function table(text: PanelText, query: Query, value = 'stops'): TableBuilder {
  return tableOf(text, { Value: value }, query);
}

/** The values of several queries side by side, for labels that they share. */
export function joinedTable(text: PanelText, columns: Readonly<Record<string, Query>>): TableBuilder {
  const names = Object.keys(columns).map((name, index) => [`Value #${String.fromCharCode(65 + index)}`, name]);
  const joined = tableOf(text, Object.fromEntries(names), ...Object.values(columns));
  return joined.transformations([{ id: 'merge', options: {} }, columnNames(Object.fromEntries(names))]);
}

function tableOf(text: PanelText, names: Readonly<Record<string, string>>, ...queries: readonly Query[]): TableBuilder {
  return describe(new TableBuilder(), text, queries).filterable(true).noValue('none').withTransformation(columnNames(names));
}

/** The time is that of the query, and left out. */
function columnNames(renameByName: Readonly<Record<string, string>>) {
  return { id: 'organize', options: { excludeByName: { Time: true }, renameByName } };
}

export function markdown(text: Omit<PanelText, 'unit'>, content: string): TextBuilder {
  const [width, height] = text.size;
  return new TextBuilder()
    .title(text.title)
    .description(text.description)
    .span(width)
    .height(height)
    .mode(TextMode.Markdown)
    .content(content);
}
