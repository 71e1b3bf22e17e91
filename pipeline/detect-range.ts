import { openEvtx } from "../ingest/evtx/file.ts";
import type { Matcher } from "../rules/sigma/matcher.ts";
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

/** Reads a range and runs the rules over its events. */
export function detectRange(range: Range, matcher: Matcher, options: DetectOptions): RangeResult {
  const { path, firstChunk, endChunk, part } = range;
  const reader = new RangeReader(matcher, options);
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
  return reader.result((file.size * (endChunk - firstChunk)) / Math.max(1, file.chunkCount));
}

/** Whether what stands at an offset of the file is asked for. */
export function isIn({ part }: Range, offset: number): boolean {
  return part === undefined || (offset >= part.from && offset < part.until);
}
