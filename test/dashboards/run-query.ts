import { z } from "zod";
import type { ColumnType, Query } from "../../dashboards/queries/index.ts";
import type { Store } from "../../storage/store.ts";
import { expand, type Panel } from "./grafana-macros.ts";

const Answer = z.object({
  meta: z.array(z.object({ name: z.string(), type: z.string() })),
  data: z.array(z.record(z.string(), z.unknown())),
});

export interface Result {
  /** What Grafana would make of each column. */
  readonly columns: Readonly<Record<string, ColumnType | undefined>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Runs a query as Grafana would. */
export async function runQuery(store: Store, query: Query, panel: Panel): Promise<Result> {
  const result = await store.client.query({ query: expand(query.sql, panel), format: "JSON" });
  const { meta, data } = Answer.parse(await result.json());
  return { columns: Object.fromEntries(meta.map(({ name, type }) => [name, columnType(type)])), rows: data };
}

/** The data source's converters (`pkg/converters/converters.go`): other types become JSON, or nothing that can be drawn. */
function columnType(type: string): ColumnType | undefined {
  const plain = type.replace(/^LowCardinality\((.*)\)$/, "$1").replace(/^Nullable\((.*)\)$/, "$1");
  if (/^DateTime(64)?(\(.*\))?$/.test(plain)) return "time";
  if (/^(U?Int(8|16|32|64)|Float(32|64))$/.test(plain)) return "number";
  return plain === "String" ? "text" : undefined;
}
