import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readDetections } from "../../storage/detections.ts";
import { openStore } from "../../storage/store.ts";
import { collect } from "./collect.ts";

let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rootcause-store-"));
});
afterEach(async () => {
  child?.kill("SIGKILL");
  child = undefined;
  await rm(folder, { recursive: true });
});

/** Starts child.ts and resolves when it has printed the wanted text; `said()` is all it printed so far. */
async function start(mode: string, until: string) {
  const process_ = spawn(process.execPath, [join(import.meta.dirname, "child.ts"), mode, folder], { stdio: "pipe" });
  child = process_;
  const said = { out: "", err: "" };
  process_.stderr.on("data", (text) => {
    said.err += text;
  });
  await new Promise<void>((resolve, reject) => {
    process_.stdout.on("data", (text) => {
      said.out += text;
      if (said.out.includes(until)) resolve();
    });
    process_.on("exit", (code) => reject(new Error(`ended with ${code}: ${said.err}`)));
  });
  return { pid: process_.pid, said, ended: once(process_, "exit") };
}

test("a second process is told in one line who holds the store and what to do; the engine itself says nothing", async () => {
  const holder = await start("hold", "ready");
  const second = spawn(process.execPath, [join(import.meta.dirname, "child.ts"), "hold", folder], { stdio: "pipe" });
  const [out, err] = await Promise.all([collect(second.stdout), collect(second.stderr)]);
  expect(out.join("")).toBe("");
  expect(err.join("")).toContain(
    `: The store ${folder} is in use by process ${holder.pid}: wait until it ends, stop it, or name another folder with --store.`,
  );
  expect(err.join("")).not.toContain("DB::Exception");
  expect(holder.said).toEqual({ out: "ready\n", err: "" });
});

test("a store opens again after SIGKILL in the middle of inserts, with every row that was acknowledged", async () => {
  let acknowledged = 0;
  for (const until of ["\n1500\n", "\n3000\n"]) {
    const writer = await start("insert", until);
    child?.kill("SIGKILL");
    await writer.ended.catch(() => undefined);
    acknowledged = Math.max(acknowledged, Number(writer.said.out.trim().split("\n").at(-1)));
  }
  const store = await openStore(folder);
  const read = await collect(readDetections(store, ["tls_trust_failure"]));
  await store.close();
  expect(read.length).toBeGreaterThanOrEqual(acknowledged);
  expect(new Set(read.map(({ id }) => id)).size).toBe(read.length);
});

test("a folder with other things in it is refused and left as it was", async () => {
  await writeFile(join(folder, "thesis.doc"), "");
  await expect(openStore(folder)).rejects.toThrow(
    `${folder} is a folder with other things in it, not a rootcause store: name an empty or new folder with --store.`,
  );
  expect(await readdir(folder)).toEqual(["thesis.doc"]);
});

test("a file where the store should be is refused", async () => {
  const file = join(folder, "thesis.doc");
  await writeFile(file, "");
  await expect(openStore(file)).rejects.toThrow(`Cannot make a store in ${file}`);
});

test("a store of a newer version is refused in one line", async () => {
  const store = await openStore(folder);
  await store.client.insert({ table: "migrations", values: [{ number: 999, name: "x" }], format: "JSONEachRow" });
  await store.close();
  await expect(openStore(folder)).rejects.toThrow(
    /^The store .* was made by a newer rootcause \(its schema is 999, this version knows \d+\): update rootcause, or name another folder with --store\.$/,
  );
});
