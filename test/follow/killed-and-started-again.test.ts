import { type ChildProcess, type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { queryRows } from "../../storage/rows.ts";
import { openStore } from "../../storage/store.ts";
import { emptyFolder, rootcause } from "../cli/run.ts";
import { LiveWriter } from "./live-writer.ts";

const MAIN = join(import.meta.dirname, "../../cli/main.ts");
const RULE = `title: Every test event
id: 00000000-0000-4000-8000-000000000007
name: test_event
level: low
logsource: { product: windows, service: system }
detection: { selection: { Provider_Name: Test, EventID: 7 }, condition: selection }
`;

const STDIO: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function started(child: ChildProcessByStdio<null, Readable, Readable>) {
  children.push(child);
  return { child, out: text(child.stdout), err: text(child.stderr), ended: once(child, "exit") };
}

function follow(folder: string) {
  const own = ["--no-builtin", "--rules", "own.yml", "--store-events", "--interval", "0.05", "--format", "jsonl"];
  return started(spawn(process.execPath, [MAIN, "scan", "logs", "--follow", ...own], { cwd: folder, stdio: STDIO }));
}

async function folderWithRule(): Promise<string> {
  const folder = await emptyFolder();
  await mkdir(join(folder, "logs"));
  await writeFile(join(folder, "own.yml"), RULE);
  return folder;
}

/** How often each record number is in a table of the store. */
async function stored(folder: string, table: "events" | "detections") {
  const store = await openStore(join(folder, "rootcause-data"));
  try {
    const rows = await queryRows(
      store.client,
      `SELECT toUInt32(EventRecordID) AS id, toUInt32(count()) AS times FROM ${table} FINAL GROUP BY id ORDER BY id`,
      {},
      z.object({ id: z.number(), times: z.number() }),
    );
    return rows.map(({ id, times }) => `${id}:${times}`);
  } finally {
    await store.close();
  }
}

function bookmark(folder: string): Promise<string> {
  return readFile(join(folder, "rootcause-data/follow.json"), "utf8").catch(() => "");
}

async function bookmarked(folder: string): Promise<number> {
  const text = await bookmark(folder);
  return Math.max(0, ...Array.from(text.matchAll(/"recordId": "(\d+)"/g), ([, id]) => Number(id)));
}

async function bookmarkReaches(folder: string, recordId: number): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if ((await bookmarked(folder)) >= recordId) return;
    await sleep(50);
  }
  throw new Error(`the bookmark has not reached record ${recordId}`);
}

test("killed at any moment and started again, every record is in the store exactly once; Ctrl-C ends it cleanly", async () => {
  const folder = await folderWithRule();
  const logs = join(folder, "logs");
  const process_ = spawn(process.execPath, [join(import.meta.dirname, "child.ts"), logs], { stdio: STDIO });
  const writer = started(process_);
  for (const pause of [600, 1100, 900]) {
    const { child, ended } = follow(folder);
    await sleep(pause + Math.random() * 400);
    child.kill("SIGKILL");
    await ended;
  }
  const { child, ended, err, out } = follow(folder);
  // It must have read something itself: a process that is still starting dies of Ctrl-C as any does.
  await bookmarkReaches(folder, (await bookmarked(folder)) + 1);
  writer.child.kill("SIGTERM");
  const last = Number(await writer.out);
  await bookmarkReaches(folder, last);
  child.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
  expect(await err).toMatch(/^Stopped\. Read [\d,]+ records; the next --follow goes on from here\.\n$/);
  expect(await out).toBe("");
  const once = Array.from({ length: last }, (_, index) => `${index + 1}:1`);
  expect(await stored(folder, "events")).toEqual(once);
  expect(await stored(folder, "detections")).toEqual(once);
});

test("what is new is printed as it comes: here, a log that jumps", async () => {
  const folder = await folderWithRule();
  const writer = new LiveWriter(join(folder, "logs/System.evtx"), "EDGE01");
  writer.append(20);
  const { child, out, ended } = follow(folder);
  await bookmarkReaches(folder, 20);
  writer.nextId += 340;
  writer.append(20);
  await bookmarkReaches(folder, 380);
  child.kill("SIGTERM");
  await ended;
  const [line, ...others] = (await out).trimEnd().split("\n");
  expect(others).toEqual([]);
  expect(JSON.parse(line ?? "")).toMatchObject({ kind: "gap", cause: "missing", missing: 340, EventRecordID: 361 });
  writer.append(5);
  const again = follow(folder);
  await bookmarkReaches(folder, 385);
  again.child.kill("SIGINT");
  expect(await again.err).toMatch(/^Stopped\. Read 5 records;/);
});

test("mistakes are one line", async () => {
  const folder = await folderWithRule();
  const said = async (...words: readonly string[]) => (await rootcause(folder, "scan", "--follow", ...words)).err;
  expect(await said("logs", "--no-store")).toBe(
    "rootcause: --follow keeps its place in the store: leave --no-store out.\n",
  );
  expect(await said("logs", "--format", "json")).toContain("use --format jsonl or table.");
  expect(await said("nothing")).toContain("nothing: there is no such file or folder; check the path.");
  execFileSync("mkfifo", [join(folder, "pipe.evtx")]);
  expect(await said("pipe.evtx")).toContain("pipe.evtx: this is a pipe, and logs are read in places");
});

test("a gap whose records come later is taken back", async () => {
  const folder = await folderWithRule();
  const writer = new LiveWriter(join(folder, "System.evtx"), "GAP.corp.example");
  for (const part of ["1", "2", "3"]) {
    writer.append(50);
    writer.archive(join(folder, `${part}.evtx`));
  }
  writer.close();
  for (const part of ["1", "3"]) await copyFile(join(folder, `${part}.evtx`), join(folder, `logs/${part}.evtx`));
  const { child, out, ended } = follow(folder);
  await bookmarkReaches(folder, 150);
  await copyFile(join(folder, "2.evtx"), join(folder, "logs/2.evtx"));
  for (let tries = 0; tries < 400 && !/"recordId": "100"/.test(await bookmark(folder)); tries++) await sleep(50);
  child.kill("SIGINT");
  await ended;
  const lines = (await out).trimEnd().split("\n");
  const [gap, withdrawn] = z
    .tuple([
      z.object({ kind: z.literal("gap"), missing: z.literal(50), id: z.string() }),
      z.object({ kind: z.literal("withdrawn"), id: z.string() }),
    ])
    .parse(lines.map((line) => JSON.parse(line)));
  expect(withdrawn.id).toBe(gap.id);
});
