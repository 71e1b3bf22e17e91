/** One measurement of bench/evtx.ts, in a process of its own because a peak of memory does not go down again: `<reader> <task> <threads> <file or folder>`. */
import { once } from "node:events";
import { closeSync, openSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { devNull } from "node:os";
import { argv, stdout } from "node:process";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type EvtxRecord, jsonLines, openEvtx, type Shape } from "../ingest/evtx/index.ts";
import { evtxFiles } from "./evtx-files.ts";

export type Task = "json" | "system" | "count";

/** What the child says of itself. */
export interface Measured {
  readonly records: number;
  /** From the start of the process. */
  readonly seconds: number;
  /** Of CPU in user mode, all threads; what a busy machine leaves nearly alone. */
  readonly cpuSeconds: number;
  /** The same once more in the same process; undefined with threads, and for other readers. */
  readonly warmSeconds?: number | undefined;
  readonly peakMiB: number;
}

interface Part {
  readonly task: Task;
  readonly path: string;
  readonly first: number;
  readonly end: number;
}

const SYSTEM = [
  "Provider_Name",
  "EventID",
  "Level",
  "Task",
  "Keywords",
  "EventRecordID",
  "Channel",
  "Computer",
  "Execution_ProcessID",
  "Execution_ThreadID",
  "Security_UserID",
];

/** Reads a part of a file as the task says; returns the number of records, 0 for JSON: counting lines would take part of the time. */
function perform({ task, path, first, end }: Part): number {
  using file = openEvtx(path);
  const report = () => {};
  if (task === "json") {
    writeLines(jsonLines(file, report, first, end));
    return 0;
  }
  if (task === "count") return file.count(report, first, end);
  let records = 0;
  let values = 0;
  const slots = new Map<Shape, readonly number[]>();
  for (const record of file.records(report, first, end)) {
    records++;
    values += readSystem(record, slots);
  }
  if (values < records) throw new Error(`only ${values} values in ${records} records`);
  return records;
}

function writeLines(pieces: Iterable<Buffer>): void {
  const out = openSync(devNull, "w");
  for (const piece of pieces) writeSync(out, piece);
  closeSync(out);
}

/** Reads every value, and tells how many there are so that none of it is for nothing. */
function readSystem(record: EvtxRecord, known: Map<Shape, readonly number[]>): number {
  const { shape } = record;
  let slots = known.get(shape);
  if (slots === undefined) {
    slots = SYSTEM.flatMap((name) => shape.field(name)?.slots.slice(0, 1) ?? []);
    known.set(shape, slots);
  }
  let read = record.time > 0n ? 1 : 0;
  for (const slot of slots) if (record.value(slot) !== undefined) read++;
  return read;
}

/** `path`: a file, or with one thread a folder. */
async function performInThreads(task: Task, threads: number, path: string): Promise<number> {
  if (threads === 1)
    return evtxFiles(path).reduce(
      (sum, path) => sum + perform({ task, path, first: 0, end: Number.POSITIVE_INFINITY }),
      0,
    );
  using file = openEvtx(path);
  const { chunkCount } = file;
  const parts = Array.from({ length: threads }, (_, i) => ({
    task,
    path,
    first: Math.floor((i * chunkCount) / threads),
    end: Math.floor(((i + 1) * chunkCount) / threads),
  }));
  const counts = await Promise.all(
    parts.map(async (part) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: part });
      const [count] = (await once(worker, "message")) as [number];
      return count;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The npm packages, by their own documentation. `folder` is where they are installed. */
async function performByPackage(name: string, task: Task, path: string, folder: string): Promise<number> {
  const load = createRequire(`${folder}/`);
  let records = 0;
  if (name === "@ts-evtx/core") {
    const { evtx } = await import(load.resolve(name));
    await evtx(path).forEach((event: object) => {
      records++;
      if (task === "json") JSON.stringify(event);
    });
    return records;
  }
  const File = load(name);
  const file = new File(path);
  for (let index = 0; index < file.size(); index++)
    file.chunk(index).forEach((event: { data: object }) => {
      records++;
      if (task === "json") JSON.stringify(event.data);
    });
  return records;
}

if (isMainThread) {
  const [reader = "", task = "json", threads = "1", path = "", folder = ""] = argv.slice(2);
  const isOurs = reader === "rootcause";
  const performed = isOurs
    ? await performInThreads(task as Task, Number(threads), path)
    : await performByPackage(reader, task as Task, path, folder);
  const seconds = performance.now() / 1000;
  const cpuSeconds = process.cpuUsage().user / 1e6;
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  const records = isOurs && task === "json" ? await performInThreads("count", 1, path) : performed;
  const warmSeconds = isOurs && threads === "1" ? await secondsOf(task as Task, path) : undefined;
  stdout.write(JSON.stringify({ records, seconds, cpuSeconds, warmSeconds, peakMiB } satisfies Measured));
} else parentPort?.postMessage(perform(workerData as Part));

async function secondsOf(task: Task, path: string): Promise<number> {
  const start = performance.now();
  await performInThreads(task, 1, path);
  return (performance.now() - start) / 1000;
}
