import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** The folder that Grafana reads from. */
export const GRAFANA = join(import.meta.dirname, "../../deploy/grafana");

const DataSource = z.object({ type: z.string(), uid: z.string() });
const Target = z.object({ refId: z.string(), datasource: DataSource, rawSql: z.string(), format: z.number() });
const Properties = z.array(z.object({ id: z.string(), value: z.unknown() }));
const Link = z.object({ title: z.string(), url: z.string() });

const Panel = z.object({
  id: z.number(),
  type: z.string(),
  title: z.string(),
  description: z.string(),
  datasource: DataSource,
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.tuple([Target]),
  fieldConfig: z.object({
    defaults: z.object({ unit: z.string(), noValue: z.string(), custom: z.unknown().optional() }),
    overrides: z.array(
      z.object({ matcher: z.object({ id: z.string(), options: z.string() }), properties: Properties }),
    ),
  }),
});

const Dashboard = z.object({
  uid: z.string(),
  title: z.string(),
  description: z.string(),
  panels: z.array(Panel),
  links: z.array(Link).default([]),
  templating: z.object({
    list: z.array(z.object({ name: z.string(), datasource: DataSource, query: Target, regex: z.string().optional() })),
  }),
  annotations: z.object({ list: z.array(z.object({ name: z.string(), datasource: DataSource, target: Target })) }),
});

export type Dashboard = z.output<typeof Dashboard>;
export type Panel = z.output<typeof Panel>;

/** As they are committed. */
export const dashboards: readonly Dashboard[] = ["overview", "incident"].map((name) =>
  Dashboard.parse(JSON.parse(readFileSync(join(GRAFANA, `dashboards/${name}.json`), "utf8"))),
);

/** Every link of a panel's columns. */
export function linksOf({ fieldConfig }: Panel): readonly z.output<typeof Link>[] {
  const properties = fieldConfig.overrides.flatMap((override) => override.properties);
  return properties.filter(({ id }) => id === "links").flatMap(({ value }) => z.array(Link).parse(value));
}

const Rule = z.object({
  uid: z.string(),
  title: z.string(),
  condition: z.string(),
  data: z.array(
    z.object({
      refId: z.string(),
      datasourceUid: z.string(),
      relativeTimeRange: z.object({ from: z.number(), to: z.number() }).optional(),
      model: z.object({
        rawSql: z.string().optional(),
        expression: z.string().optional(),
        type: z.string().optional(),
      }),
    }),
  ),
  dashboardUid: z.string(),
  panelId: z.number(),
  noDataState: z.string(),
  annotations: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()),
});

/** The alert rules as they are committed. */
export const alertRules = z
  .object({ groups: z.array(z.object({ folder: z.string(), rules: z.array(Rule) })) })
  .parse(readYaml(join(GRAFANA, "provisioning/alerting/rootcause.yml")))
  .groups.flatMap(({ rules }) => rules);

export function readYaml(file: string): unknown {
  return parse(readFileSync(file, "utf8"));
}
