import type { IncomingHttpHeaders } from "node:http";
import { totalmem } from "node:os";
import { engineSettings } from "../embedded/server-settings.ts";
import type { Statement } from "../embedded/statement.ts";
import { Exception } from "./exception.ts";
import type { User } from "./users.ts";

/** What a request asks beside its statement, from its URL and headers. */
export interface Parameters extends Omit<Statement, "sql"> {
  readonly format: string;
  /** The statement, or its beginning. */
  readonly query: string;
  readonly queryId: string | undefined;
  /** Nothing is to be sent before all is known. */
  readonly waitsForEnd: boolean;
  readonly wantsCompression: boolean;
  readonly isReadOnly: boolean;
  /** The version of ClickHouse's protocol by which blocks in the format Native are written; 0 for what the engine writes itself. */
  readonly protocolVersion: number;
}

/** Parameters of the URL that are no settings of the engine. `session_id` is taken and of no effect, as docs/store.md says. */
const NOT_SETTINGS = new Set([
  "query",
  "database",
  "default_format",
  "user",
  "password",
  "query_id",
  "session_id",
  "session_timeout",
  "session_check",
  "quota_key",
  "stacktrace",
  "client_protocol_version",
  "compress",
  "decompress",
]);

/** Seconds, and bytes: what a statement is held to unless it asks for something else, within what the engine allows (see access.ts). */
const LIMITS = { max_execution_time: 60, max_memory_usage: Math.floor(totalmem() / 4) };

export function parametersOf(
  url: URLSearchParams,
  headers: IncomingHttpHeaders,
  user: User,
  isReading: boolean,
  database: string,
): Parameters {
  for (const name of ["compress", "decompress"])
    if (isOn(url.get(name)))
      throw new Exception("NOT_IMPLEMENTED", `${name}=1 (ClickHouse's own compression) is not supported: use HTTP's.`);
  const settings: Record<string, string> = {};
  const parameters: Record<string, string> = {};
  for (const [name, value] of url)
    if (name.startsWith("param_")) parameters[name.slice("param_".length)] = value;
    else if (!NOT_SETTINGS.has(name)) settings[name] = value;
  const isReadOnly = user.isReadOnly || isReading;
  if (isReadOnly && settings.readonly !== "1") settings.readonly = "2";
  return {
    query: url.get("query") ?? "",
    database: url.get("database") || text(headers["x-clickhouse-database"]) || database,
    format: url.get("default_format") || text(headers["x-clickhouse-format"]) || "TabSeparated",
    settings: { ...LIMITS, ...engineSettings(settings) },
    parameters,
    queryId: url.get("query_id") || undefined,
    waitsForEnd: isOn(url.get("wait_end_of_query")),
    wantsCompression: isOn(url.get("enable_http_compression")),
    isReadOnly,
    protocolVersion: Number(/^\d{1,6}$/.exec(url.get("client_protocol_version") ?? "")?.[0] ?? 0),
  };
}

function isOn(value: string | null): boolean {
  return value === "1" || value === "true";
}

function text(header: string | string[] | undefined): string | undefined {
  return [header].flat()[0];
}
