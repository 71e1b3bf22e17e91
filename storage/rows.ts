import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import type { ClickHouseClient, ClickHouseSettings } from "@clickhouse/client";
import type { z } from "zod";

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
 * Writes rows in batches; a batch is in the store when the promise of its insert resolves, and the next one waits for that.
 *
 * `token`: the same rows written again under the same token are not written twice (in tables with a window for that). ClickHouse goes by the token
 * alone and would drop other rows under it too, so what it gets is the token and a checksum of the rows.
 */
export async function insertRows(
  client: ClickHouseClient,
  table: Table,
  rows: Rows<object>,
  token?: string,
): Promise<void> {
  let lines: string[] = [];
  let characters = 0;
  const send = async () => {
    await insertBytes(client, `${table} FORMAT JSONEachRow`, [lines.join("\n")], token);
    lines = [];
    characters = 0;
  };
  for await (const row of rows) {
    const line = encodeRow(row);
    lines.push(line);
    characters += line.length;
    if (lines.length >= BATCH_ROWS || characters >= BATCH_CHARACTERS) await send();
  }
  if (lines.length > 0) await send();
}

/** One insert of rows, one piece behind the other, in the format that `into` names behind the table. The token is that of `insertRows`. */
export async function insertBytes(
  client: ClickHouseClient,
  into: string,
  pieces: readonly (Uint8Array | string)[],
  token?: string,
  settings: ClickHouseSettings = {},
): Promise<void> {
  const { stream } = await client.exec({
    query: `INSERT INTO ${into}`,
    values: Readable.from(pieces, { objectMode: false }),
    clickhouse_settings:
      token === undefined ? settings : { ...settings, insert_deduplication_token: `${token} ${checksumOf(pieces)}` },
  });
  stream.resume();
}

function checksumOf(pieces: readonly (Uint8Array | string)[]): string {
  let length = 0;
  let checksum = 0;
  for (const piece of pieces) {
    length += piece.length;
    checksum = crc32(piece, checksum);
  }
  return `${length} ${checksum}`;
}

/**
 * One row as JSON: bigint as a string of digits, and half of a surrogate pair (which UTF-8 cannot hold, and ClickHouse refuses) as U+FFFD.
 */
export function encodeRow(row: object): string {
  const json = JSON.stringify(row, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
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
