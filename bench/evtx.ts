/**
 * How fast EVTX files are read, beside other readers.
 *
 *     npm run bench:evtx                  two files of 1,000 MB, and the corpus
 *     npm run bench:evtx -- 200           of 200 MB (a file takes as much room in the temporary folder)
 *
 * One file is joined from the chunks of the real files in ../shared/corpus (hundreds of kinds of events), one from those of a simulated fleet; then these
 * real files as they are, one after the other, for each of which evtx_dump must be started anew. The reader runs
 * as it is published: built to JavaScript. `evtx_dump` (the Rust crate `evtx`) is measured when it is on the PATH; the npm packages `@ts-evtx/core` and
 * `evtx-parser` when npm can install them into a temporary folder, on a file of 10 MB because they would take minutes. Times are of whole processes, from their
 * start, the best of three (CPU: in user mode, of that run); "warm" is the same work a second time in the same process. System: eleven fields and the time of each record. Count: no content.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, execPath, stdout } from "node:process";
import { simulate } from "../simulator/simulate.ts";
import { CORPUS } from "../test/corpus.ts";
import { evtxFiles } from "./evtx-files.ts";
import type { Measured, Task } from "./evtx-task.ts";
import { joinEvtx } from "./joined-evtx.ts";

const TIMES = 3;
const PACKAGES = ["@ts-evtx/core", "evtx-parser"];
const MEGABYTES = Number(argv[2] ?? 1_000);

const REAL = join(CORPUS, "evtx");

const folder = mkdtempSync(join(tmpdir(), "rootcause-evtx-"));
try {
  const built = build(join(folder, "built"));
  for (const [name, source] of await sources()) measureFile(built, name, source);
  if (existsSync(REAL)) {
    stdout.write(`\nthe ${evtxFiles(REAL).length} real files\n\n`);
    measureReaders(built, REAL, [1]);
  }
  const small = join(folder, "small.evtx");
  joinEvtx((await sources())[0]?.[1] ?? "", 10e6, small);
  stdout.write("\n10 MB of the first:\n");
  show("rootcause", "json", 1, small, () => measured(built, "rootcause", "json", 1, small));
  measurePackages(built, small);
} finally {
  rmSync(folder, { recursive: true });
}

/** Builds the task and the reader; returns the task's path. */
function build(out: string): string {
  const { status, stdout: said } = spawnSync(
    "tsc",
    ["-p", join(import.meta.dirname, "tsconfig.json"), "--outDir", out],
    {
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`the reader could not be built: ${said}`);
  writeFileSync(join(out, "package.json"), '{ "type": "module" }');
  return join(out, "bench", "evtx-task.js");
}

/** Folders with EVTX files, and what they are. */
async function sources(): Promise<readonly (readonly [string, string])[]> {
  const fleet = join(folder, "fleet");
  if (!existsSync(fleet)) await simulate({ out: fleet });
  const simulated = ["a simulated fleet", fleet] as const;
  return existsSync(REAL) ? [["real logs", REAL], simulated] : [simulated];
}

function measureFile(built: string, name: string, source: string): void {
  const large = join(folder, "large.evtx");
  const distinct = joinEvtx(source, MEGABYTES * 1e6, large);
  stdout.write(`\n${(statSync(large).size / 1e6).toFixed(0)} MB, ${distinct} distinct chunks of ${name}\n\n`);
  measureReaders(built, large, [1, 2]);
  rmSync(large);
}

/** `path`: a file, or with one thread a folder. */
function measureReaders(built: string, path: string, counts: readonly number[]): void {
  row("reader", "task", "threads", "s", "CPU s", "MB/s", "warm MB/s", "records/s", "peak MiB");
  for (const threads of counts)
    for (const task of ["json", "system", "count"] as const)
      show("rootcause", task, threads, path, () => measured(built, "rootcause", task, threads, path));
  for (const threads of counts) measureRust(threads, path);
}

function measured(
  built: string,
  reader: string,
  task: Task,
  threads: number,
  path: string,
  packages = "",
): Measured | undefined {
  const { stdout: said, status } = spawnSync(execPath, [built, reader, task, String(threads), path, packages], {
    encoding: "utf8",
    timeout: 300_000,
    maxBuffer: 1 << 28,
  });
  return status === 0 ? (JSON.parse(said.slice(said.lastIndexOf("{"))) as Measured) : undefined;
}

function measureRust(threads: number, path: string): void {
  if (spawnSync("evtx_dump", ["--version"]).error !== undefined) {
    stdout.write("evtx_dump is not on the PATH: not measured\n");
    return;
  }
  show("evtx_dump", "json", threads, path, () => {
    const start = performance.now();
    const command = `for file; do evtx_dump -t ${threads} -o jsonl --no-confirm-overwrite -f /dev/null "$file"; done`;
    const words = ["-f", "%U %M", "sh", "-c", command, "sh", ...evtxFiles(path)];
    const { stderr } = spawnSync("/usr/bin/time", words, { encoding: "utf8", maxBuffer: 1 << 28 });
    const seconds = (performance.now() - start) / 1000;
    const [, cpuSeconds, kib] = /([\d.]+) (\d+)\s*$/.exec(stderr) ?? [];
    return { records: Number.NaN, seconds, cpuSeconds: Number(cpuSeconds), peakMiB: Number(kib) / 1024 };
  });
}

function measurePackages(built: string, path: string): void {
  const packages = join(folder, "packages");
  const installed = spawnSync("npm", ["install", "--prefix", packages, "--no-audit", "--no-fund", ...PACKAGES]);
  if (installed.status !== 0) {
    stdout.write(`${PACKAGES.join(" and ")} could not be installed: not measured\n`);
    return;
  }
  for (const name of PACKAGES) show(name, "json", 1, path, () => measured(built, name, "json", 1, path, packages), 1);
}

function show(
  reader: string,
  task: Task,
  threads: number,
  path: string,
  measure: () => Measured | undefined,
  times = TIMES,
): void {
  const best = Array.from({ length: times }, measure).sort((a, b) => (a?.seconds ?? 1e9) - (b?.seconds ?? 1e9))[0];
  if (best === undefined) {
    stdout.write(`${reader}: failed, or took longer than five minutes\n`);
    return;
  }
  const { seconds, cpuSeconds, warmSeconds, records, peakMiB } = best;
  const megabytes = evtxFiles(path).reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
  const perSecond = Number.isNaN(records) ? "" : (records / seconds).toFixed(0);
  row(
    reader,
    task,
    threads,
    seconds.toFixed(2),
    cpuSeconds.toFixed(2),
    (megabytes / seconds).toFixed(1),
    warmSeconds === undefined ? "" : (megabytes / warmSeconds).toFixed(1),
    perSecond,
    peakMiB.toFixed(0),
  );
}

function row(...cells: readonly (string | number)[]): void {
  stdout.write(`${cells.map((cell, i) => (i === 0 ? String(cell).padEnd(16) : String(cell).padStart(10))).join("")}\n`);
}
