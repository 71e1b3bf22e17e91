import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

/** Bytes of the file that are read at a time, and given to gzip at a time: a bomb comes to a thousand times the latter. */
const CHUNK = 1 << 20;
const STEP = 1 << 14;

/** Where gzip could not go on. */
class BrokenError extends Error {
  override readonly name = "BrokenError";
  /** Bytes of the file that had been given to it without a fault. */
  readonly at: number;

  constructor(at: number, cause: Error) {
    super(cause.message, { cause });
    this.at = at;
  }
}

/**
 * What a file packed by gzip holds, also where that is cut off, broken further on or followed by something else: all that comes before the fault. Node's own
 * stream drops what it has unpacked and nobody has taken yet, and what it unpacked in the same step in which it met the fault.
 *
 * @param onRead told how many bytes of the file have been read
 * @throws the error of the disk or of gzip, when all before it has been given
 */
export async function* gunzipped(path: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  let given = 0;
  try {
    for await (const piece of unpacked(path, Number.POSITIVE_INFINITY, onRead)) {
      given += piece.length;
      yield piece;
    }
  } catch (error) {
    if (!(error instanceof BrokenError)) throw error;
    // Once more, and byte by byte where it broke.
    try {
      for await (const piece of unpacked(path, error.at, () => undefined)) {
        const known = Math.min(given, piece.length);
        given -= known;
        if (known < piece.length) yield piece.subarray(known);
      }
    } catch (again) {
      throw again instanceof BrokenError ? again.cause : again;
    }
  }
}

/** @throws BrokenError; what gzip says of the end; an error of the disk */
async function* unpacked(path: string, fineFrom: number, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK });
  const ready: Buffer[] = [];
  gunzip.on("data", (piece: Buffer) => ready.push(piece));
  const broken = Promise.withResolvers<Error>();
  gunzip.on("error", broken.resolve);
  /** @returns what gzip says against it */
  const give = (bytes: Buffer | undefined): Promise<Error | undefined> => {
    const taken = Promise.withResolvers<undefined>();
    const done = () => taken.resolve(undefined);
    if (bytes === undefined) gunzip.on("end", done).end();
    else gunzip.write(bytes, done);
    return Promise.race([taken.promise, broken.promise]);
  };
  let at = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) {
      onRead(at + chunk.length);
      for (let from = 0; from < chunk.length; ) {
        const bytes = chunk.subarray(from, from + (at >= fineFrom ? 1 : STEP));
        const error = await give(bytes);
        yield* ready.splice(0);
        if (error !== undefined) throw new BrokenError(at, error);
        from += bytes.length;
        at += bytes.length;
      }
    }
    const error = await give(undefined);
    yield* ready.splice(0);
    if (error !== undefined) throw error;
  } finally {
    gunzip.destroy();
  }
}
