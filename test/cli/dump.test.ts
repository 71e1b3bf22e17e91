import { existsSync } from "node:fs";
import { copyFile, glob, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { simulate } from "../../simulator/simulate.ts";
import { emptyFolder, rootcause } from "./run.ts";

test("dump passes over a file that is no log, and says so; where there is nothing else, it is a mistake", async () => {
  const folder = await emptyFolder();
  await simulate({ out: join(folder, "fleet"), hosts: 1, days: 28, scenarios: [] });
  const [log] = await Array.fromAsync(glob("fleet/**/System.evtx", { cwd: folder }));
  for (const name of ["a.evtx", "d.evtx"]) await copyFile(join(folder, log ?? ""), join(folder, name));
  await writeFile(join(folder, "b.evtx"), Buffer.alloc(5_000, 7));
  await writeFile(join(folder, "c.evtx"), "");
  const one = await rootcause(folder, "dump", "a.evtx");
  const { code, out, err } = await rootcause(folder, "dump", "a.evtx", "b.evtx", "c.evtx", "d.evtx");
  expect(one.out.length).toBeGreaterThan(1_000);
  expect(out).toBe(one.out + one.out);
  expect(code).toBe(4);
  expect(err).toMatch(/b\.evtx: once not readable\n {2}at byte 0: not an EVTX file\nc\.evtx/);
  if (existsSync("/dev/full"))
    expect(await rootcause(folder, "dump", "a.evtx", "--output", "/dev/full")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^rootcause: Cannot write what was found \(ENOSPC.*\n$/),
    });
  await mkdir(join(folder, "e.evtx"));
  for (const [name, words] of [
    ["nowhere.evtx", "Cannot read nowhere.evtx"],
    ["e.evtx", "e.evtx is a folder"],
  ] as const)
    expect(await rootcause(folder, "dump", "a.evtx", name)).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringMatching(new RegExp(`^rootcause: ${words}.*\\n$`)),
    });
  expect(await rootcause(folder, "dump", "b.evtx", "c.evtx")).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringMatching(/^rootcause: b\.evtx: this is not an EVTX file.*\n$/),
  });
});
