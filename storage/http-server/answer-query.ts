import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { MOST_WHOLE } from "../embedded/access.ts";
import type { Engine } from "../embedded/engine.ts";
import { parseInsert } from "../embedded/insert-statement.ts";
import type { Answer, Statement } from "../embedded/statement.ts";
import { type Body, readBody } from "./body.ts";
import { Exception } from "./exception.ts";
import { nativeBlocks } from "./native-blocks.ts";
import { contentType, outputOf } from "./output.ts";
import type { Parameters } from "./parameters.ts";
import { refuseControl, refuseEngines, refuseFiles, refuseSeveral } from "./refuse-statement.ts";
import { sendPieces } from "./respond.ts";

/** A statement may be this long; what follows an INSERT is not part of it. */
const STATEMENT_BYTES = 1 << 20;
/** A body may have this many bytes after decompression: they pass through a file. */
const BODY_BYTES = 2 ** 31;

/** Runs the statement that a request brings, in its URL, its body or half in each, and sends what it gives. */
export async function answerQuery(
  engine: Engine,
  parameters: Parameters,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (/^multipart\//i.test(request.headers["content-type"] ?? ""))
    throw new Exception("NOT_IMPLEMENTED", "Forms and external tables (multipart/form-data) are not supported.");
  const prefix = parameters.query === "" ? "" : `${parameters.query}\n`;
  // With the whole statement in the URL, as clients have it, the body is rows from its beginning.
  const isWhole = parseInsert(prefix) !== undefined;
  const body = await readBody(request, isWhole ? 0 : STATEMENT_BYTES, BODY_BYTES);
  const head = Buffer.concat([Buffer.from(prefix), body.head]);
  // One character a byte: rows may be anything.
  const insert = parseInsert(head.toString("latin1"));
  if (insert === undefined) return answerStatement(engine, parameters, { ...body, head }, request, response);
  if (parameters.isReadOnly) throw new Exception("READONLY", "Cannot execute query in readonly mode.");
  const sql = head.subarray(0, insert.dataAt).toString();
  refuseFiles(sql);
  const taken = parseInsert(sql);
  if (taken === undefined) throw new Exception("SYNTAX_ERROR", "The INSERT is not understood.");
  const rows = Readable.from(concatenated(head.subarray(insert.dataAt), body.rest), { objectMode: false });
  const answer = await engine.insert({ ...parameters, sql }, taken, rows);
  sendSummary(response, answer, answer.rowsRead);
  await sendPieces(request, response, [], false);
}

async function answerStatement(
  engine: Engine,
  parameters: Parameters,
  { head, rest }: Body,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (rest !== undefined) throw new Exception("SYNTAX_ERROR", `Max query size exceeded: ${STATEMENT_BYTES} bytes`);
  const sql = head.toString();
  if (sql.trim() === "") throw new Exception("SYNTAX_ERROR", "Empty query");
  refuseFiles(sql);
  refuseSeveral(sql);
  refuseEngines(sql);
  if (parameters.isReadOnly) refuseControl(sql);
  const { format, isStreamable } = outputOf(sql, parameters.format);
  const statement: Statement = { ...parameters, sql };
  const compress = parameters.wantsCompression;
  if (format !== undefined) {
    response.setHeader("Content-Type", contentType(format));
    response.setHeader("X-ClickHouse-Format", format);
  }
  const version = format === "Native" ? parameters.protocolVersion : 0;
  if (isStreamable && version === 0 && !parameters.waitsForEnd) {
    const pieces = engine.stream(statement);
    // What fails before the first piece is an error with a status.
    const first = await pieces.next();
    return sendPieces(request, response, first.done ? [] : from(first.value, pieces), compress);
  }
  const answer = await engine.run(heldWhole(statement));
  const whole = version === 0 ? [answer.bytes] : Array.from(nativeBlocks(answer.bytes, version));
  sendSummary(response, answer, 0);
  await sendPieces(request, response, format === undefined ? [] : whole, compress);
}

/** With the bound of what is held before any of it is sent; a request may ask for less, and for more the engine refuses. */
function heldWhole(statement: Statement): Statement {
  const { settings } = statement;
  return Number(settings?.max_result_bytes ?? 0) === 0
    ? { ...statement, settings: { ...settings, max_result_bytes: MOST_WHOLE } }
    : statement;
}

function sendSummary(response: ServerResponse, { rowsRead, bytesRead, elapsed }: Answer, written: number): void {
  const summary = {
    read_rows: String(rowsRead),
    read_bytes: String(bytesRead),
    written_rows: String(written),
    written_bytes: String(written === 0 ? 0 : bytesRead),
    total_rows_to_read: "0",
    result_rows: "0",
    result_bytes: "0",
    elapsed_ns: String(Math.round(elapsed * 1e9)),
  };
  response.setHeader("X-ClickHouse-Summary", JSON.stringify(summary));
}

async function* concatenated(head: Buffer, rest: Readable | undefined): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  if (rest !== undefined) yield* rest;
}

async function* from(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}
