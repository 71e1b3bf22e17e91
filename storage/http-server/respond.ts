import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createBrotliCompress, createDeflate, createGzip, createZstdCompress, constants as zlib } from "node:zlib";
import { answerTo } from "./exception.ts";

/** In the order in which they are taken when the client leaves the choice. */
const ENCODERS: Readonly<Record<string, () => Transform>> = {
  zstd: createZstdCompress,
  gzip: () => createGzip({ level: 3 }),
  br: () => createBrotliCompress({ params: { [zlib.BROTLI_PARAM_QUALITY]: 3 } }),
  deflate: () => createDeflate({ level: 3 }),
};

/** Sends an answer piece by piece, compressed when the client wants it. */
export async function sendPieces(
  request: IncomingMessage,
  response: ServerResponse,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  compress: boolean,
): Promise<void> {
  const encoding = compress ? encodingFor(request) : undefined;
  if (encoding !== undefined) response.setHeader("Content-Encoding", encoding);
  response.writeHead(200);
  const encoder = encoding === undefined ? undefined : ENCODERS[encoding]?.();
  const source = Readable.from(pieces, { objectMode: false });
  if (encoder === undefined) await pipeline(source, response);
  else await pipeline(source, encoder, response);
}

/** Says what went wrong; where the answer has begun, it breaks off, so that no one takes it for whole. */
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
