import { execFile } from "node:child_process";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { simulate } from "../../simulator/simulate.ts";
import { emptyFolder } from "./run.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
/** This Node before the machine's own, for what `npx` starts. */
const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };

let folder: string;
/**
 * What `npm install rootcause-x.y.z.tgz` leaves behind, without copying half a gigabyte: the packed files unpacked, the command linked, and beside them
 * the packages that package.json names as dependencies, and no others.
 */
beforeAll(async () => {
  folder = await emptyFolder();
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  await run(process.execPath, [compiler, "-p", "tsconfig.build.json"], { cwd: ROOT });
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { cwd: ROOT, env });
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "rootcause"), { recursive: true });
  const unpack = `tar -xzf rootcause-*.tgz -C node_modules/rootcause --strip-components=1`;
  await run("sh", ["-c", unpack], { cwd: folder });
  const { bin, dependencies } = z
    .object({ bin: z.object({ rootcause: z.string() }), dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(join(modules, "rootcause/package.json"), "utf8")));
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
  await mkdir(join(modules, ".bin"));
  await symlink(join("../rootcause", bin.rootcause), join(modules, ".bin/rootcause"));
  // Compiling alone takes more than the usual ten seconds where the tests have company.
}, 60_000);

test("the package as published runs where nothing else is: its version, its rules, a scan with a store", async () => {
  const { stdout: version } = await run("npx", ["--no-install", "rootcause", "--version"], { cwd: folder, env });
  expect(version).toMatch(/^\d+\.\d+\.\d+\n$/);
  await simulate({ out: join(folder, "fleet"), hosts: 1, days: 28, scenarios: ["root-return"] });
  const command = join(folder, "node_modules/.bin/rootcause");
  const { stdout: found } = await run(command, ["scan", "fleet"], { cwd: folder, env });
  expect(found).toMatch(/│ CRITICAL │ failing +│/);
});

test("its EVTX reader is there for other programs", async () => {
  const program = "import { openEvtx } from 'rootcause/evtx'; console.log(openEvtx.name)";
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program], { cwd: folder });
  expect(stdout).toBe("openEvtx\n");
});

test("an older Node is told in one line what is needed", async () => {
  const start =
    "Object.defineProperty(process, 'versions', { value: { node: '20.11.1' } }); await import('./node_modules/rootcause/bin/rootcause.js')";
  await expect(run(process.execPath, ["--input-type=module", "-e", start], { cwd: folder })).rejects.toMatchObject({
    code: 2,
    stdout: "",
    stderr: "rootcause needs Node 24 or newer; this is Node 20.11.1. See https://nodejs.org/en/download\n",
  });
});
