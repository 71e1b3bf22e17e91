import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { NotEvtxError, openEvtx } from "../../ingest/evtx/file.ts";
import { jsonLines, recordToJson } from "../../ingest/evtx/json.ts";
import { corpusFiles, EVTX } from "../evtx/corpus.ts";
import { jsonByObjects } from "./json-by-objects.ts";

if (corpusFiles.length === 0) console.warn("SKIPPED: no real EVTX files, ../shared/corpus is not there.");

describe.skipIf(corpusFiles.length === 0)("Every record of the real files", () => {
  test("comes out of its form's program, byte for byte, as objects and JSON.stringify have it", () => {
    let compared = 0;
    for (const path of corpusFiles) {
      using file = openedOrNot(path);
      for (const record of file?.records(() => {}) ?? []) {
        const [fast, plain] = [recordToJson(record), jsonByObjects(record)];
        if (fast !== plain) expect(fast, `${path}, record ${record.recordId}`).toBe(plain);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(40_000);
  });

  test("is a line of `jsonLines`, and in the same order when the file is read in parts", () => {
    const path = corpusFiles.find((name) => name.endsWith("omerbenamram_evtx/system.evtx")) ?? "";
    using file = openEvtx(join(EVTX, path));
    const lines = [...file.records(() => {})].length;
    const whole = Array.from(
      jsonLines(file, () => {}),
      String,
    ).join("");
    const parts = [0, 5, 10].flatMap((first) =>
      Array.from(
        jsonLines(file, () => {}, first, first === 10 ? undefined : first + 5),
        String,
      ),
    );
    expect(whole.split("\n")).toHaveLength(lines + 1);
    expect(parts.join("")).toBe(whole);
  });
});

function openedOrNot(path: string) {
  try {
    return openEvtx(join(EVTX, path));
  } catch (error) {
    if (error instanceof NotEvtxError) return null;
    throw error;
  }
}
