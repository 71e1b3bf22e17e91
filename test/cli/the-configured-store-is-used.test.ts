import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { simulate } from "../../simulator/simulate.ts";
import { RunningProcess } from "../chaos/process.ts";
import { emptyFolder, rootcause } from "./run.ts";

test("scan, incidents and store go by the configuration: its folder, or the server that it names", async () => {
  const home = await emptyFolder();
  await simulate({ out: join(home, "logs"), hosts: 1, days: 28, scenarios: ["root-return"] });
  writeFileSync(join(home, "rootcause.yml"), "store: ./elsewhere\n");
  expect((await rootcause(home, "scan", "logs")).code).toBe(0);
  const shown = (await rootcause(home, "incidents", "--format", "jsonl")).out;
  expect(shown).toContain('"kind":"incident"');
  expect(existsSync(join(home, "elsewhere"))).toBe(true);
  expect(existsSync(join(home, "rootcause-data"))).toBe(false);

  await using store = new RunningProcess(home, "store", "--listen", "127.0.0.1:0");
  const url = await store.started(/http:\/\/127\.0\.0\.1:[1-9]\d*/);
  const held = await rootcause(home, "incidents");
  expect(held.code).toBe(2);
  expect(held.err).toContain(`clickhouse.url: ${url}`);
  writeFileSync(join(home, "rootcause.yml"), `clickhouse: { url: "${url}" }\n`);
  expect((await rootcause(home, "incidents", "--format", "jsonl")).out).toBe(shown);
  expect((await rootcause(home, "scan", "logs")).code).toBe(0);
  expect((await rootcause(home, "incidents", "--format", "jsonl")).out).toBe(shown);
  expect(existsSync(join(home, "rootcause-data"))).toBe(false);
});
