import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openEvtx } from "../../ingest/evtx/index.ts";
import { corpusFiles, EVTX } from "./corpus.ts";

const files = corpusFiles.filter((path) => path.includes("omerbenamram_evtx/"));
if (files.length === 0) console.warn("SKIPPED: no real EVTX files, ../shared/corpus is not there.");

describe.skipIf(files.length === 0)("A file's records", () => {
  test.for(files)("are counted as many as are read or lost by their number: %s", (path) => {
    using file = openEvtx(join(EVTX, path));
    let read = 0;
    let lost = 0;
    for (const _ of file.records(({ kind, recordId }) => (lost += kind === "lost" && recordId !== undefined ? 1 : 0)))
      read++;
    expect(file.count(() => {})).toBe(read + lost);
    expect(file.count(() => {}, 0, 1) + file.count(() => {}, 1)).toBe(read + lost);
  });
});
