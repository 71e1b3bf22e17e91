import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import type { Query } from "../queries/index.ts";

/** The data source in `deploy/grafana/provisioning/datasources/`. */
export const DATA_SOURCE = { type: "grafana-clickhouse-datasource", uid: "rootcause-clickhouse" } as const;

/** The version of the data source that these queries are written for; it takes queries without one for those of version 3. */
const PLUGIN_VERSION = "4.20.0";

/** `timeseries`: rows of a time, a name and a number become a series each name. */
type QueryType = "table" | "timeseries";

/** A query in the shape of the data source's own editor for SQL (`CHSqlQuery` in its `src/types/sql.ts`); the SDK has none for it. */
export function clickHouseQuery({ sql }: Query, queryType: QueryType) {
  return {
    refId: "A",
    datasource: DATA_SOURCE,
    pluginVersion: PLUGIN_VERSION,
    editorType: "sql",
    queryType,
    format: queryType === "table" ? 1 : 0,
    rawSql: sql,
  };
}

/** The same as the SDK takes it. */
export function target(query: Query, queryType: QueryType): Builder<Dataquery> {
  // The SDK's mark is a method, which does not get into the JSON.
  return { build: () => ({ ...clickHouseQuery(query, queryType), _implementsDataqueryVariant: () => {} }) };
}
