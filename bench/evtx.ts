/**
 * How fast EVTX files are read, beside other readers.
 *
 *     npm run bench:evtx                  200 MB
 *     npm run bench:evtx -- 4000          4,000 MB (takes as much room in the temporary folder)
 *
 * The file is joined from the chunks of the real files in ../shared/corpus, or else from a simulated fleet's. `evtx_dump` (the Rust crate
 * `evtx`) is measured when it is on the PATH; the npm packages `@ts-evtx/core` and `evtx-parser` when npm can install them into a temporary
 * folder, on the first 10 MB of the file because they would take minutes. Times are of whole processes, from their start, the best of three.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, execPath, stdout } from "node:process";
import { simulate } from "../simulator/simulate.ts";
import { CORPUS } from "../test/corpus.ts";
import type { Measured, Task } from "./evtx-task.ts";
import { joinEvtx } from "./joined-evtx.ts";

const TASK = join(import.meta.dirname, "evtx-task.ts");
const TIMES = 3;
const PACKAGES = ["@ts-evtx/core", "evtx-parser"];
const MEGABYTES = Number(argv[2] ?? 200);

const folder = mkdtempSync(join(tmpdir(), "rootcause-evtx-"));
try {
  const source = await sourceFolder();
  const large = join(folder, "large.evtx");
  const small = join(folder, "small.evtx");
  const distinct = joinEvtx(source, MEGABYTES * 1e6, large);
  joinEvtx(source, 10e6, small);
  stdout.write(`${(statSync(large).size / 1e6).toFixed(0)} MB, ${distinct} distinct chunks, of ${source}\n\n`);
  row("reader", "task", "threads", "s", "MB/s", "records/s", "peak MiB");
  for (const threads of [1, 2])
    for (const task of ["json", "system", "count"] as const)
      show("rootcause", task, threads, large, () => ours("rootcause", task, threads, large));
  for (const threads of [1, 2]) measureRust(threads, large);
  stdout.write("\nThe first 10 MB:\n");
  show("rootcause", "json", 1, small, () => ours("rootcause", "json", 1, small));
  measurePackages(small);
} finally {
  rmSync(folder, { recursive: true });
}

async function sourceFolder(): Promise<string> {
  const corpus = join(CORPUS, "evtx");
  if (existsSync(corpus)) return corpus;
  const fleet = join(folder, "fleet");
  await simulate({ out: fleet });
  return fleet;
}

function ours(reader: string, task: Task, threads: number, path: string, packages = ""): Measured | undefined {
  const { stdout: said, status } = spawnSync(execPath, [TASK, reader, task, String(threads), path, packages], {
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
    const command = `exec evtx_dump -t ${threads} -o jsonl --no-confirm-overwrite -f /dev/null "$0"`;
    const { stderr } = spawnSync("/usr/bin/time", ["-f", "%M", "sh", "-c", command, path], { encoding: "utf8" });
    const seconds = (performance.now() - start) / 1000;
    return { records: Number.NaN, seconds, peakMiB: Number(/(\d+)\s*$/.exec(stderr)?.[1]) / 1024 };
  });
}

function measurePackages(path: string): void {
  const packages = join(folder, "packages");
  const installed = spawnSync("npm", ["install", "--prefix", packages, "--no-audit", "--no-fund", ...PACKAGES]);
  if (installed.status !== 0) {
    stdout.write(`${PACKAGES.join(" and ")} could not be installed: not measured\n`);
    return;
  }
  for (const name of PACKAGES) show(name, "json", 1, path, () => ours(name, "json", 1, path, packages), 1);
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
  const { seconds, records, peakMiB } = best;
  const perSecond = Number.isNaN(records) ? "" : (records / seconds).toFixed(0);
  row(
    reader,
    task,
    threads,
    seconds.toFixed(2),
    (statSync(path).size / 1e6 / seconds).toFixed(1),
    perSecond,
    peakMiB.toFixed(0),
  );
}

function row(...cells: readonly (string | number)[]): void {
  stdout.write(`${cells.map((cell, i) => (i === 0 ? String(cell).padEnd(16) : String(cell).padStart(10))).join("")}\n`);
}
