import { createWriteStream, statSync } from "node:fs";
import { stdout } from "node:process";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { openEvtx } from "../ingest/evtx/file.ts";
import { UserError } from "../model/user-error.ts";

/**
 * The file to write to, emptied, or standard output when none is named. What is to be read is not emptied, nor is any log of Windows'.
 * @throws UserError when the file cannot be written, or must not be.
 */
export async function openOutput(file: string | undefined, inputs: readonly string[]): Promise<Writable> {
  if (file === undefined) return stdout;
  if (inputs.some((input) => isSame(input, file)) || isLog(file))
    throw new UserError(`Cannot write ${file}, which is a log to be read: name another file with --output.`);
  const output = createWriteStream(file);
  await new Promise((resolve, reject) => {
    output.once("open", resolve);
    output.once("error", reject);
  }).catch((error: Error) => {
    throw new UserError(`Cannot write ${file} (${error.message}): name another file with --output.`);
  });
  return output;
}

function isSame(input: string, file: string): boolean {
  const [a, b] = [input, file].map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }));
  return a?.isFile() === true && a.ino === b?.ino && a.dev === b.dev;
}

/** It may lie in a folder that is read. */
function isLog(file: string): boolean {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  try {
    openEvtx(file)[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes text, or bytes of it, no faster than it is taken, and closes what is not standard output. A piece larger than the output's own buffer
 * has been taken when the next one is asked for.
 * @throws UserError when there is no room for it
 */
export async function writeOut(chunks: AsyncIterable<string | Buffer>, output: Writable): Promise<void> {
  try {
    await pipeline(chunks, output, { end: output !== stdout });
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error && error.syscall === "write")) throw error;
    throw new UserError(
      `Cannot write what was found (${error.message}): make room, or name another place with --output.`,
    );
  }
}
