import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { type createClient, parseError } from "@clickhouse/client";
import type { Engine } from "./engine.ts";
import { parseInsert } from "./insert-statement.ts";
import { parameterText } from "./parameter-text.ts";
import { engineSettings } from "./server-settings.ts";
import type { Answer, Statement } from "./statement.ts";

/** What `@clickhouse/client` talks through: by HTTP unless it is given another. */
type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>["connection"]>;
type Params = Omit<Parameters<Connection["exec"]>[0], "values"> & { readonly values?: string | Readable };

/** Lets `@clickhouse/client` talk to the engine in this process. */
export function engineConnection(engine: Engine, database: string): Connection {
  const exec = async (params: Params) => {
    const { values } = params;
    const answer = await asClientError(
      values === undefined
        ? engine.run(statementOf(params))
        : insert(statementOf(params), typeof values === "string" ? Readable.from([values], BYTES) : values),
    );
    return { ...resultOf(params, answer), stream: Readable.from([answer.bytes], BYTES) };
  };
  const insert = (statement: Statement, rows: Readable) => {
    const taken = parseInsert(statement.sql);
    if (taken === undefined) throw new Error(`Only an INSERT with a FORMAT takes rows: ${statement.sql}`);
    return engine.insert(statement, taken, rows);
  };
  const statementOf = ({ query, query_params = {}, clickhouse_settings }: Params): Statement => ({
    sql: query,
    database,
    settings: engineSettings(clickhouse_settings ?? {}),
    parameters: Object.fromEntries(Object.entries(query_params).map(([name, value]) => [name, parameterText(value)])),
  });
  return {
    query: exec,
    exec,
    command: exec,
    insert: exec,
    ping: async () => ({ success: true }),
    close: () => engine.close(),
  };
}

const BYTES = { objectMode: false };

function resultOf(params: Params, { rowsRead, bytesRead, elapsed }: Answer) {
  const isInsert = params.values !== undefined;
  return {
    query_id: params.query_id ?? randomUUID(),
    response_headers: {},
    http_status_code: 200,
    summary: {
      read_rows: String(rowsRead),
      read_bytes: String(bytesRead),
      written_rows: String(isInsert ? rowsRead : 0),
      written_bytes: String(isInsert ? bytesRead : 0),
      result_rows: "0",
      result_bytes: "0",
      total_rows_to_read: "0",
      elapsed_ns: String(Math.round(elapsed * 1e9)),
    },
  };
}

/** The engine's exceptions as the client throws a server's: `ClickHouseError`, with code and type. */
async function asClientError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof Error ? parseError(error) : error;
  }
}
