import { hash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { simulate } from "../../simulator/simulate.ts";
import { type Truth, truthSchema } from "../../simulator/truth.ts";
import { hasOtherReader, recordIdsByOther } from "./other-reader.ts";
import { TemporaryFolder } from "./temporary-folder.ts";
import verified from "./verified-hashes.json" with { type: "json" };

/** The default fleet, whose files have been checked with other readers: `verified-hashes.json` says which files those were. */
let folder: TemporaryFolder;
let truth: Truth;

beforeAll(async () => {
  folder = new TemporaryFolder();
  truth = await simulate({ out: folder.path });
}, 60_000);
afterAll(() => folder[Symbol.dispose]());

describe("The same seed gives the same fleet", () => {
  test("the default fleet is, byte for byte, the one that other readers have checked", () => {
    expect(hashes(folder.path)).toEqual(verified);
  });

  test("twice the same; another seed gives other hosts, times and roots", async () => {
    using once = new TemporaryFolder();
    using again = new TemporaryFolder();
    using other = new TemporaryFolder();
    const small = { days: 28, hosts: 3, scenarios: ["root-return", "armed"] };
    const first = await simulate({ out: once.path, seed: 7, ...small });
    await simulate({ out: again.path, seed: 7, ...small });
    const second = await simulate({ out: other.path, seed: 8, ...small });
    expect(hashes(again.path)).toEqual(hashes(once.path));
    expect(second.config.mustStayOff).not.toEqual(first.config.mustStayOff);
    expect(second.incidents.map(({ armed }) => armed)).not.toEqual(first.incidents.map(({ armed }) => armed));
  });

  test("truth.json says what simulate returned", () => {
    const written: unknown = JSON.parse(readFileSync(folder.file("truth.json"), "utf8"));
    expect(truthSchema.parse(written)).toEqual(truth);
  });
});

describe.skipIf(!hasOtherReader)("Another reader", () => {
  test("reads every record of the default fleet, numbered without a gap", () => {
    const byFile = recordIdsByOther(logs(folder.path));
    expect(byFile.size).toBe(truth.files);
    for (const [path, ids] of byFile) expect(ids, path).toEqual(ids.map((_, index) => index + 1));
    const records = [...byFile.values()].reduce((sum, ids) => sum + ids.length, 0);
    expect(records).toBe(truth.records);
  });
});

function logs(folder: string): readonly string[] {
  return globSync("**/*.evtx", { cwd: folder }).map((name) => join(folder, name));
}

function hashes(folder: string): Readonly<Record<string, string>> {
  const paths = logs(folder).toSorted();
  return Object.fromEntries(
    paths.map((path) => [
      path.slice(folder.length + 1).replaceAll(sep, "/"),
      hash("sha256", readFileSync(path), "hex"),
    ]),
  );
}
