import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { copyFile, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { simulate } from "../../simulator/simulate.ts";
import { TemporaryFolder } from "../simulator/temporary-folder.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const EXAMPLE = /^```ts\n(.+?)^```\n+^```text\n(.+?)^```$/gms;

describe("The examples of docs/evtx-api.md", async () => {
  const text = await readFile(join(ROOT, "docs/evtx-api.md"), "utf8");
  const examples = [...text.matchAll(EXAMPLE)];

  test("are all found", () => {
    expect(examples.length).toBeGreaterThan(0);
    expect(examples).toHaveLength(text.split("```ts\n").length - 1);
  });

  test("print what stands below them", async () => {
    const folder = new TemporaryFolder();
    onTestFinished(() => folder[Symbol.dispose]());
    await simulate({ out: folder.path, hosts: 1, days: 28, scenarios: ["root-return"] });
    await copyFile(
      join(folder.path, globSync("*/System.evtx", { cwd: folder.path })[0] ?? ""),
      folder.file("System.evtx"),
    );
    await copyFile(folder.file("System.evtx"), folder.file("cut.evtx"));
    await truncate(folder.file("cut.evtx"), 40_000);
    for (const [, code = "", output] of examples) {
      const entry = JSON.stringify(join(ROOT, "ingest/evtx/index.ts"));
      await writeFile(folder.file("example.ts"), code.replace('"rootcause/evtx"', entry));
      const { stdout, stderr } = await run(process.execPath, ["example.ts"], { cwd: folder.path });
      expect(stderr + stdout).toBe(output);
    }
  });
});
