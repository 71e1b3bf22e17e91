/**
 * Has the default fleet read by another EVTX reader (the Python package `evtx`) and notes the hashes of the files that it read without a complaint
 * in test/simulator/verified-hashes.json. To be run, and its result committed, when the simulator's output changes.
 */
import { hash } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { simulate } from "../simulator/simulate.ts";
import { hasOtherReader, recordIdsByOther } from "../test/simulator/other-reader.ts";

const folder = mkdtempSync(join(tmpdir(), "rootcause-fleet-"));
try {
  if (!hasOtherReader) throw new Error("no other reader to verify with");
  const { records } = await simulate({ out: folder });
  const files = globSync("**/*.evtx", { cwd: folder }).sort();
  const read = recordIdsByOther(files.map((file) => join(folder, file)));
  const total = [...read.values()].reduce((sum, ids) => sum + ids.length, 0);
  if (total !== records) throw new Error(`the other reader read ${total} of ${records} records`);
  const hashes = Object.fromEntries(
    files.map((file) => [file.replaceAll(sep, "/"), hash("sha256", readFileSync(join(folder, file)))]),
  );
  writeFileSync(
    join(import.meta.dirname, "../test/simulator/verified-hashes.json"),
    `${JSON.stringify(hashes, null, 2)}\n`,
  );
  console.log(`${files.length} files, ${total} records: all read by the other reader`);
} finally {
  rmSync(folder, { recursive: true });
}
