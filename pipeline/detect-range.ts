import { openEvtx } from "../ingest/evtx/file.ts";
import type { Matcher } from "../rules/sigma/matcher.ts";
import { isFileError } from "./file-error.ts";
import { type DetectOptions, RangeReader, type RangeResult } from "./range-result.ts";

/** Some chunks of one file. */
export interface Range {
  readonly path: string;
  readonly firstChunk: number;
  /** Not included. */
  readonly endChunk: number;
  /** Instead of its chunks, what the whole file has beside them. */
  readonly recover?: true;
  /** Of a log that is being written to, the part that is new and whole: records that begin from `from` on and before `until`, bytes of the file. */
  readonly part?: { readonly from: number; readonly until: number };
}

/**
 * Reads a range and runs the rules over its events. A log that has gone since it was found, or that the disk does not give, is damage.
 *
 * @throws the system's errors for a log that is followed: it is looked at again
 */
export function detectRange(range: Range, matcher: Matcher, options: DetectOptions): RangeResult {
  const reader = new RangeReader(matcher, options);
  try {
    return reader.result(readRange(range, reader));
  } catch (error) {
    if (range.part !== undefined || !isFileError(error)) throw error;
    reader.addDamage({
      file: range.path,
      offset: 0,
      kind: "lost",
      reason: `it cannot be read any more (${error.code})`,
    });
    return reader.result(0);
  }
}

/** @returns bytes of the file that have been read */
function readRange(range: Range, reader: RangeReader): number {
  const { path, firstChunk, endChunk, part } = range;
  using file = openEvtx(path);
  /** The number of a record that is not to be trusted fully. */
  let doubtful: bigint | undefined;
  const records = file.records(
    (found) => {
      if (found.kind === "verdict") doubtful = found.recordId;
      // A log that is being written to has headers that lag behind: no fault.
      if (part !== undefined && found.kind === "verdict") return;
      if (isIn(range, found.offset)) reader.addDamage(found);
    },
    firstChunk,
    endChunk,
  );
  for (const record of records)
    if (isIn(range, record.offset)) reader.add(record, doubtful !== undefined && doubtful === record.recordId);
  return (file.size * (endChunk - firstChunk)) / Math.max(1, file.chunkCount);
}

/** Whether what stands at an offset of the file is asked for. */
export function isIn({ part }: Range, offset: number): boolean {
  return part === undefined || (offset >= part.from && offset < part.until);
}
