import { createWriteStream } from "node:fs";
import { stdout } from "node:process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UserError } from "../model/user-error.ts";

/**
 * Writes text to a file, or to standard output, no faster than it is taken.
 * @throws UserError when the file cannot be written.
 */
export async function writeOut(chunks: AsyncIterable<string>, file: string | undefined): Promise<void> {
  if (file === undefined) return pipeline(Readable.from(chunks), stdout, { end: false });
  const target = createWriteStream(file);
  await new Promise((resolve, reject) => {
    target.once("open", resolve);
    target.once("error", reject);
  }).catch((error: Error) => {
    throw new UserError(`Cannot write ${file} (${error.message}): name another file with --output.`);
  });
  await pipeline(Readable.from(chunks), target);
}
