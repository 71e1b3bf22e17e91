import { Readable } from "node:stream";
import type { ClickHouseClient } from "@clickhouse/client";
import type { z } from "zod";
import { identityOf } from "../model/identity.ts";

/** Rows in one insert; ClickHouse likes 10,000 and more. */
const BATCH_ROWS = 10_000;
/** An insert is also sent when its text is this long, so that rows with huge fields do not fill the memory. */
const BATCH_CHARACTERS = 16 << 20;

type Table =
  | "detections"
  | "incidents"
  | "incident_evidence"
  | "coverage"
  | "events"
  | "record_spans"
  | "log_gaps"
  | "alerts";
type Rows<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Writes rows, or their JSON, in batches; a batch is in the store when the promise of its insert resolves, and the next one waits for that.
 *
 * `token`: the same rows written again under the same token are not written twice (in tables with a window for that). ClickHouse goes by the token
 * alone and would drop other rows under it too, so what it gets is the token and a hash of the rows.
 */
export async function insertRows(
  client: ClickHouseClient,
  table: Table,
  rows: Rows<object | string>,
  token?: string,
): Promise<void> {
  let lines: string[] = [];
  let characters = 0;
  const send = async () => {
    const text = lines.join("\n");
    const once = token === undefined ? {} : { insert_deduplication_token: identityOf([token, text]) };
    const { stream } = await client.exec({
      query: `INSERT INTO ${table} FORMAT JSONEachRow`,
      values: Readable.from([text], { objectMode: false }),
      clickhouse_settings: once,
    });
    stream.resume();
    lines = [];
    characters = 0;
  };
  for await (const row of rows) {
    const line = typeof row === "string" ? row : encodeRow(row);
    lines.push(line);
    characters += line.length;
    if (lines.length >= BATCH_ROWS || characters >= BATCH_CHARACTERS) await send();
  }
  if (lines.length > 0) await send();
}

/** One row as JSON, bigint as a string of digits. */
export function encodeRow(row: object): string {
  return wellFormed(JSON.stringify(row, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)));
}

/** The same JSON with half of a surrogate pair (which UTF-8 cannot hold, and ClickHouse refuses) as U+FFFD. */
export function wellFormed(json: string): string {
  if (!json.includes("\\ud")) return json;
  // JSON.stringify writes a lone surrogate as \udXXX and a backslash as \\: taking the second along keeps text that merely looks like the first.
  return json.replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, (found) => (found === "\\\\" ? found : "\\ufffd"));
}

/** Runs a query with parameters and gives its rows, each checked against the schema. */
export async function queryRows<T>(
  client: ClickHouseClient,
  query: string,
  parameters: Readonly<Record<string, unknown>>,
  schema: z.ZodType<T>,
): Promise<T[]> {
  const result = await client.query({ query, query_params: { ...parameters }, format: "JSONEachRow" });
  return (await result.json<unknown>()).map((row) => schema.parse(row));
}
