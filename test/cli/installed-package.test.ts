import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { simulate } from "../../simulator/simulate.ts";
import { emptyFolder } from "./run.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
/** This Node before the machine's own, for what `npx` starts. */
const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };

let folder: string;
beforeAll(async () => {
  folder = await emptyFolder();
  // The script that builds is run here and not by npm, so that its output does not mix with the answer.
  await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
    cwd: ROOT,
  });
  const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await run("npm", pack, { cwd: ROOT, env });
  const file = /"filename": "([^"]+\.tgz)"/.exec(stdout)?.[1];
  await writeFile(join(folder, "package.json"), '{ "private": true }');
  const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", `./${file}`];
  await run("npm", install, { cwd: folder, env });
}, 120_000);

test("the package as published runs where nothing else is: its version, its rules, a scan with a store", async () => {
  const { stdout: version } = await run("npx", ["rootcause", "--version"], { cwd: folder, env });
  expect(version).toMatch(/^\d+\.\d+\.\d+\n$/);
  await simulate({ out: join(folder, "fleet"), hosts: 1, days: 28, scenarios: ["root-return"] });
  const { stdout: found } = await run("npx", ["rootcause", "scan", "fleet"], { cwd: folder, env });
  expect(found).toMatch(/│ CRITICAL │ failing +│/);
  const { stdout: kept } = await run("npx", ["rootcause", "incidents", "--format", "jsonl"], { cwd: folder, env });
  expect(kept).toContain('"severity":"critical"');
});

test("an older Node is told in one line what is needed", async () => {
  const start =
    "Object.defineProperty(process, 'versions', { value: { node: '20.11.1' } }); await import('./bin/rootcause.js')";
  await cp(join(ROOT, "bin"), join(folder, "bin"), { recursive: true });
  await expect(run(process.execPath, ["--input-type=module", "-e", start], { cwd: folder })).rejects.toMatchObject({
    code: 2,
    stdout: "",
    stderr: "rootcause needs Node 24 or newer; this is Node 20.11.1. See https://nodejs.org/en/download\n",
  });
});
