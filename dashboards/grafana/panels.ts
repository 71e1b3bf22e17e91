import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import {
  BigValueColorMode,
  BigValueGraphMode,
  type DataSourceRef,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TableCellDisplayMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  type GridPos,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from "@grafana/grafana-foundation-sdk/dashboard";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as statetimeline from "@grafana/grafana-foundation-sdk/statetimeline";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type { Query } from "../queries/index.ts";
import { DATA_SOURCE, target } from "./clickhouse.ts";
import { hostStateMapping } from "./looks.ts";

/** What no panel goes without. */
export interface About {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  /** Of its numbers, as Grafana names units. */
  readonly unit: string;
  /** What it says when there is nothing to show. */
  readonly noValue: string;
  /** In a grid of 24 columns. */
  readonly at: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

interface PanelBuilder {
  id(id: number): this;
  title(title: string): this;
  description(description: string): this;
  unit(unit: string): this;
  noValue(noValue: string): this;
  gridPos(gridPos: GridPos): this;
  datasource(datasource: DataSourceRef): this;
  withTarget(query: Builder<Dataquery>): this;
}

function described<Panel extends PanelBuilder>(
  panel: Panel,
  { at, ...about }: About,
  query: Builder<Dataquery>,
): Panel {
  return panel
    .id(about.id)
    .title(about.title)
    .description(about.description)
    .unit(about.unit)
    .noValue(about.noValue)
    .gridPos(at)
    .datasource(DATA_SOURCE)
    .withTarget(query);
}

/** A column that is shown in another way than the others. */
export type Columns = Readonly<Record<string, readonly DynamicConfigValue[]>>;

export function tablePanel(about: About, query: Query, columns: Columns): table.PanelBuilder {
  const panel = described(new table.PanelBuilder(), about, target(query, "table"))
    .cellOptions({ type: TableCellDisplayMode.Auto, wrapText: false })
    .filterable(true)
    .showHeader(true);
  return Object.entries(columns).reduce(
    (built, [name, properties]) => built.overrideByName(name, [...properties]),
    panel,
  );
}

/** One number, coloured from green to how bad it is. */
export function statPanel(about: About, query: Query, worse: readonly Threshold[]): stat.PanelBuilder {
  return described(new stat.PanelBuilder(), about, target(query, "table"))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .thresholds(thresholds([{ value: null, color: "green" }, ...worse]));
}

/** One row, a tile each column. */
export function tilesPanel(about: About, query: Query, columns: Columns): stat.PanelBuilder {
  const panel = described(new stat.PanelBuilder(), about, target(query, "table"))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).fields("/.*/"))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .thresholds(thresholds([{ value: null, color: "text" }]));
  return Object.entries(columns).reduce(
    (built, [name, properties]) => built.overrideByName(name, [...properties]),
    panel,
  );
}

/** Bars on top of each other, a colour each kind of failure. */
export function failuresPanel(about: About, query: Query): timeseries.PanelBuilder {
  return described(new timeseries.PanelBuilder(), about, target(query, "timeseries"))
    .displayName(seriesNamedBy("alert"))
    .interval("1m")
    .min(0)
    .drawStyle(GraphDrawStyle.Bars)
    .lineWidth(0)
    .fillOpacity(80)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).hideZeros(true))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Right)
        .calcs(["max", "mean"]),
    );
}

/** A lane each host. */
export function statesPanel(about: About, query: Query): statetimeline.PanelBuilder {
  return described(new statetimeline.PanelBuilder(), about, target(query, "timeseries"))
    .displayName(seriesNamedBy("host"))
    .mappings([hostStateMapping])
    .mergeValues(true)
    .spanNulls(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.8)
    .fillOpacity(80)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    );
}

/** The text column of a time series is a label to Grafana. */
const seriesNamedBy = (column: string) => `\${__field.labels.${column}}`;

export function thresholds(steps: Threshold[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

export const width = (pixels: number): DynamicConfigValue => ({ id: "custom.width", value: pixels });
export const unit = (name: string): DynamicConfigValue => ({ id: "unit", value: name });
/** The whole text on as many lines as it takes. */
export const wrapped: DynamicConfigValue = { id: "custom.cellOptions", value: { type: "auto", wrapText: true } };
export const link = (title: string, url: string): DynamicConfigValue => ({ id: "links", value: [{ title, url }] });
/** There for links only. Older versions of Grafana read the first, newer ones the second. */
export const hidden: readonly DynamicConfigValue[] = [
  { id: "custom.hidden", value: true },
  { id: "custom.hideFrom.viz", value: true },
];
export const colored = (mapping: ValueMapping): readonly DynamicConfigValue[] => [
  { id: "mappings", value: [mapping] },
  { id: "custom.cellOptions", value: { type: "color-background", mode: "basic" } },
];
/** A tile's text. */
export const coloredTile = (mapping: ValueMapping): readonly DynamicConfigValue[] => [
  { id: "mappings", value: [mapping] },
];

/** A moment as Windows logs it, in thousandths. */
export const moment: readonly DynamicConfigValue[] = [unit("time:YYYY-MM-DD HH:mm:ss.SSS"), width(190)];
export const minute: readonly DynamicConfigValue[] = [unit("time:YYYY-MM-DD HH:mm"), width(140)];

/** How the columns of a list of log gaps look; `host`: the one that leads on. */
export function gapColumns(
  host: readonly DynamicConfigValue[],
): Readonly<Record<string, readonly DynamicConfigValue[]>> {
  return {
    Gap: [width(100)],
    Host: host,
    From: minute,
    To: minute,
    "Records missing": [width(140)],
    Record: [width(110)],
  };
}
