import { isWord, tokens } from "../embedded/tokens.ts";

/** What a statement gives back. */
export interface Output {
  /** Undefined when it gives no rows. */
  readonly format: string | undefined;
  /** Whether the engine's pieces, put together, are the whole. */
  readonly isStreamable: boolean;
}

/** Statements that give no rows. */
const SILENT = [
  ..."ALTER ATTACH BEGIN COMMIT CREATE DELETE DETACH DROP EXCHANGE GRANT INSERT OPTIMIZE RENAME".split(" "),
  ..."REPLACE REVOKE ROLLBACK SET SYSTEM TRUNCATE UNDROP UPDATE USE".split(" "),
];

/** Reads off a statement what it will give: its FORMAT clause, or else the format that was asked for. */
export function outputOf(sql: string, wanted: string): Output {
  let format = wanted;
  let isSelect = false;
  let previous: Parameters<typeof isWord>[0];
  for (const token of tokens(sql)) {
    if (previous === undefined && isWord(token, ...SILENT)) return { format: undefined, isStreamable: false };
    if (previous === undefined) isSelect = isWord(token, "SELECT", "WITH", "FROM");
    if (isWord(previous, "FORMAT") && token.kind === "word") format = token.text;
    previous = token;
  }
  return { format, isStreamable: isSelect && STREAMABLE.test(format) };
}

/** Formats in which each row stands for itself, with nothing before the first or after the last. */
const STREAMABLE =
  /^(?:JSON(?:Compact)?(?:Strings)?EachRow|JSONLines|NDJSON|TabSeparated(?:Raw)?|TSV(?:Raw)?|CSV|RowBinary|Native|LineAsString)$/;

export function contentType(format: string): string {
  if (/^(?:JSON.*EachRow.*|JSONLines|NDJSON)$/.test(format)) return "application/x-ndjson; charset=UTF-8";
  if (/^JSON/.test(format)) return "application/json; charset=UTF-8";
  if (/^(?:TabSeparated|TSV)/.test(format)) return "text/tab-separated-values; charset=UTF-8";
  if (/^CSV/.test(format)) return `text/csv; charset=UTF-8; header=${/Names/.test(format) ? "present" : "absent"}`;
  if (/^(?:RowBinary|Native|Parquet|Arrow|ORC|Avro|MsgPack|BSON|Protobuf|CapnProto|Npy)/.test(format))
    return "application/octet-stream";
  if (/^XML/.test(format)) return "application/xml; charset=UTF-8";
  return "text/plain; charset=UTF-8";
}
