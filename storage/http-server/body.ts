import type { IncomingMessage } from "node:http";
import { Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { lz4Frames } from "../../model/lz4-frame.ts";
import { Exception } from "./exception.ts";

/** The beginning of a body, and what comes after it. */
export interface Body {
  readonly head: Buffer;
  /** Undefined when the head is all. */
  readonly rest: Readable | undefined;
}

/** Each piece goes to another thread and back. */
const LARGE = { chunkSize: 1 << 18 };

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(LARGE),
  deflate: () => createInflate(LARGE),
  br: () => createBrotliDecompress(LARGE),
  zstd: () => createZstdDecompress(LARGE),
};

/** Undoes a request's compression, and reads as much of it as a statement can be long. */
export async function readBody(request: IncomingMessage, headBytes: number, mostBytes: number): Promise<Body> {
  const source = bounded(decoded(request), mostBytes);
  const pieces: Buffer[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await source.next();
    if (done) return { head: Buffer.concat(pieces), rest: undefined };
    pieces.push(value);
    length += value.length;
    if (length >= headBytes) break;
  }
  const whole = Buffer.concat(pieces);
  return { head: whole.subarray(0, headBytes), rest: Readable.from(behind(whole.subarray(headBytes), source)) };
}

function decoded(request: IncomingMessage): Readable {
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return request;
  if (encoding === "lz4") return Readable.from(lz4Frames(request), { objectMode: false });
  const decoder = DECODERS[encoding]?.();
  if (decoder === undefined)
    throw new Exception(
      "NOT_IMPLEMENTED",
      `Content-Encoding ${JSON.stringify(encoding)} is not supported: use one of ${Object.keys(DECODERS).join(", ")}, lz4.`,
    );
  // Where no one reads on, no one hears that the rest is broken.
  decoder.on("error", () => undefined);
  // A request that breaks off must end what waits for its bytes.
  request.on("error", (error) => decoder.destroy(error));
  request.on("close", () => {
    if (!request.complete) decoder.destroy(new Error("The request broke off."));
  });
  return request.pipe(decoder);
}

async function* bounded(source: Readable, most: number): AsyncGenerator<Buffer, void> {
  let length = 0;
  // Where this ends early, the request must live on to be answered.
  for await (const piece of source.iterator({ destroyOnReturn: false })) {
    length += piece.length;
    if (length > most)
      throw new Exception("QUERY_IS_TOO_LARGE", `A body may have ${most} bytes: send the rows in several inserts.`);
    yield piece;
  }
}

async function* behind(first: Buffer, source: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  yield* source;
}
