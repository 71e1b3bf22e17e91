import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rootcause } from "./run.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootcause-rules-"));
  await writeFile(
    join(folder, "start.yml"),
    "title: Log started\nid: 00000000-0000-4000-8000-000000000001\nlevel: low\nlogsource: { product: windows, service: system }\ndetection: { selection: { EventID: 6005 }, condition: selection }\n",
  );
  await writeFile(
    join(folder, "start.test.yml"),
    "- { name: it started, event: { Channel: System, EventID: 6005 }, expect: match }\n- { name: it stopped, event: { Channel: System, EventID: 6006 }, expect: match }\n",
  );
});
afterAll(() => rm(folder, { recursive: true }));

test("the built-in rules hold against their own examples", async () => {
  const { code, out } = await rootcause(folder, "rules", "test");
  expect(out).toMatch(/^(\d+) of \1 examples hold\.\n$/);
  expect(code).toBe(0);
});

test("an example that does not hold is named with what happened instead", async () => {
  const { code, out } = await rootcause(folder, "rules", "test", ".");
  expect(out).toMatch(
    /^start\.test\.yml:2: .*: it stopped\n {2}expected a match, but nothing matched: .*\n1 of 2 examples hold\.\n$/,
  );
  expect(code).toBe(2);
});
