import { createWriteStream } from "node:fs";
import { stdout } from "node:process";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UserError } from "../model/user-error.ts";

/**
 * The file to write to, emptied, or standard output when none is named.
 * @throws UserError when the file cannot be written.
 */
export async function openOutput(file: string | undefined): Promise<Writable> {
  if (file === undefined) return stdout;
  const output = createWriteStream(file);
  await new Promise((resolve, reject) => {
    output.once("open", resolve);
    output.once("error", reject);
  }).catch((error: Error) => {
    throw new UserError(`Cannot write ${file} (${error.message}): name another file with --output.`);
  });
  return output;
}

/**
 * Writes text, or bytes of it, no faster than it is taken, and closes what is not standard output. A piece larger than the output's own buffer
 * has been taken when the next one is asked for.
 */
export async function writeOut(chunks: AsyncIterable<string | Buffer>, output: Writable): Promise<void> {
  await pipeline(chunks, output, { end: output !== stdout });
}
