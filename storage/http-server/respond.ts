import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable, type Transform } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { createBrotliCompress, createDeflate, createGzip, createZstdCompress, constants as zlib } from "node:zlib";
import { answerTo } from "./exception.ts";

/** In the order in which they are taken when the client leaves the choice. */
const ENCODERS: Readonly<Record<string, () => Transform>> = {
  zstd: createZstdCompress,
  gzip: () => createGzip({ level: 3 }),
  br: () => createBrotliCompress({ params: { [zlib.BROTLI_PARAM_QUALITY]: 3 } }),
  deflate: () => createDeflate({ level: 3 }),
};

/**
 * Sends an answer piece by piece, compressed when the client wants it. What fails midway ends with its reason, between marks that a header has
 * announced, and breaks off, so that no one takes it for whole: as a ClickHouse server does from 25.11 on (its pull request 88818).
 */
export async function sendPieces(
  request: IncomingMessage,
  response: ServerResponse,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  compress: boolean,
): Promise<void> {
  const encoding = compress ? encodingFor(request) : undefined;
  if (encoding !== undefined) response.setHeader("Content-Encoding", encoding);
  const tag = randomBytes(8).toString("hex");
  response.setHeader("X-ClickHouse-Exception-Tag", tag);
  response.writeHead(200);
  const encoder = encoding === undefined ? undefined : ENCODERS[encoding]?.();
  let isWhole = true;
  const source = Readable.from(
    withReason(pieces, tag, () => {
      isWhole = false;
    }),
    { objectMode: false },
  );
  if (encoder === undefined) await pipeline(source, response, { end: false });
  else await pipeline(source, encoder, response, { end: false });
  if (isWhole) response.end();
  // What was written is sent, and the last chunk is missing. One that waits behind another on its connection has no socket yet.
  else if (response.socket === null) response.destroy();
  else response.socket.destroySoon();
  await finished(response).catch(() => undefined);
}

async function* withReason(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  tag: string,
  failed: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    failed();
    const { text } = answerTo(error);
    yield Buffer.from(`\r\n__exception__\r\n${tag}\r\n${text}${Buffer.byteLength(text)} ${tag}\r\n__exception__\r\n`);
  }
}

/** Says what went wrong, unless the answer has begun. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, code, text } = answerTo(error);
  response.removeHeader("Content-Encoding");
  response.removeHeader("X-ClickHouse-Format");
  response.setHeader("Content-Type", "text/plain; charset=UTF-8");
  response.setHeader("X-ClickHouse-Exception-Code", code);
  response.writeHead(status).end(text);
}

function encodingFor({ headers }: IncomingMessage): string | undefined {
  const accepted = new Set([headers["accept-encoding"] ?? ""].join(",").split(/\s*(?:;[^,]*)?,\s*|;.*$/));
  return Object.keys(ENCODERS).find((name) => accepted.has(name));
}
