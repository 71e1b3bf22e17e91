/** What Grafana makes of a column: a time, a number, or text. */
export type ColumnType = "time" | "number" | "text";

/**
 * One SQL query of a panel, a variable, an annotation or an alert, for the schema in `storage/schema/` and with the macros and variables of
 * Grafana's ClickHouse data source in it. A column's name is its heading where it is shown.
 */
export interface Query {
  readonly sql: string;
  /** What it returns, in this order. */
  readonly columns: Readonly<Record<string, ColumnType>>;
}
