/**
 * Reads damaged copies of real chunks, and in every tenth case of a log of some: `npm run fuzz:evtx [cases [seed [first]]]`. Stops at the first case that throws, gives out more than a record may,
 * or does not end within 20 s, and says how to run just that one again.
 */
import { argv, exit } from "node:process";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { fuzzCase, fuzzFile, MOST_OUTPUT, realChunks } from "../test/evtx/fuzz-chunks.ts";

const CASES = whole(argv[2] ?? "100000");
const SEED = argv[3] ?? "rootcause";
const FIRST = whole(argv[4] ?? "0");
const PATIENCE_MS = 20_000;

if (isMainThread) watch(new Int32Array(new SharedArrayBuffer(4)));
else run(new Int32Array(workerData as SharedArrayBuffer));

/** The thread that reads may hang, so another one looks at the clock. */
function watch(current: Int32Array): void {
  new Worker(new URL(import.meta.url), { argv: argv.slice(2), workerData: current.buffer }).on("exit", exit);
  let before = -1;
  setInterval(() => {
    const now = Atomics.load(current, 0);
    if (now === before) fail(now, `does not end within ${PATIENCE_MS / 1000} s`);
    before = now;
  }, PATIENCE_MS).unref();
}

function run(current: Int32Array): void {
  const chunks = realChunks(8);
  const sum = { records: 0, damage: 0, longest: 0, slowestMs: 0, slowest: 0 };
  for (let number = FIRST; number < FIRST + CASES; number++) {
    Atomics.store(current, 0, number);
    const began = performance.now();
    const reading = attempt(chunks, number);
    const ms = performance.now() - began;
    sum.records += reading.records;
    sum.damage += reading.damage;
    sum.longest = Math.max(sum.longest, reading.longest);
    if (ms > sum.slowestMs) Object.assign(sum, { slowestMs: ms, slowest: number });
    if (number % 10_000 === 9_999) console.log(`${number + 1} cases`);
  }
  const { records, damage, longest, slowestMs, slowest } = sum;
  console.log(
    `seed ${SEED}, ${chunks.length} chunks, ${CASES} cases: ${records} records read, ${damage} times damage named, longest record ${longest} characters, slowest case ${slowest} (${slowestMs.toFixed(0)} ms)`,
  );
}

function attempt(chunks: readonly Buffer[], number: number) {
  try {
    const reading = (number % 10 === 9 ? fuzzFile : fuzzCase)(chunks, SEED, number);
    if (reading.longest > MOST_OUTPUT) fail(number, `a record of ${reading.longest} characters`);
    return reading;
  } catch (error) {
    return fail(number, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`${text} is no number of cases: npm run fuzz:evtx -- [cases [seed [first]]]`);
  exit(2);
}

function fail(number: number, reason: string): never {
  console.error(`Case ${number}: ${reason}\nAgain: npm run fuzz:evtx -- 1 ${SEED} ${number}`);
  exit(1);
}
