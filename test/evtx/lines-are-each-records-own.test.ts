import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openEvtx } from "../../ingest/evtx/file.ts";
import { jsonLines, jsonRecords, recordToJson } from "../../ingest/evtx/json.ts";
import { createRandom } from "../../simulator/random.ts";
import { hasCorpus } from "../corpus.ts";
import { corpusFiles, EVTX } from "./corpus.ts";

const noDamage = () => {};

function linesByThemselves(path: string): readonly string[] {
  using file = openEvtx(path);
  return file.records(noDamage).map(recordToJson).toArray();
}

/** A line takes over what it has in common with the one before it. */
describe.skipIf(!hasCorpus)("A record's line is what its JSON is by itself", () => {
  const paths = corpusFiles.filter((_, number) => number % 8 === 0).map((name) => join(EVTX, name));

  test("among the lines of a file", () => {
    for (const path of paths) {
      using file = openEvtx(path);
      const lines = jsonLines(file, noDamage).map(String).toArray().join("");
      expect(lines.split("\n").slice(0, -1)).toEqual(linesByThemselves(path));
    }
  });

  test("and when files, one of them twice, are read in turns", () => {
    const random = createRandom("turns");
    for (let number = 0; number < 10; number++) {
      const [first = "", second = ""] = random.sample(paths, 2);
      using files = new DisposableStack();
      const readings = [first, second, first].map((path) => {
        const records = jsonRecords(files.use(openEvtx(path)), noDamage);
        return { path, records, lines: [] as string[] };
      });
      const open = new Set(readings);
      while (open.size > 0) {
        const reading = random.pick([...open]);
        for (let left = random.int(1, 40); left > 0; left--) {
          const next = reading.records.next();
          if (next.done) open.delete(reading);
          else reading.lines.push(String(next.value.json));
        }
      }
      for (const { path, lines } of readings) expect(lines).toEqual(linesByThemselves(path));
    }
  });
});
