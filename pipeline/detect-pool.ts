import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Range, RangeResult } from "./detect-range.ts";
import type { WorkerSetup } from "./detect-worker.ts";

/** Beside this file, as source or as built. */
const WORKER = new URL(`./detect-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/**
 * Spreads ranges over `jobs` threads and hands each result to `take`, one at a time. A thread gets its next range when its last result has been taken,
 * so what waits in memory is at most one result a thread.
 *
 * @throws what a worker or `take` throws; `signal`'s reason when it is aborted. All threads have ended by then.
 */
export async function detectInParallel<R extends Range>(
  ranges: Iterable<R>,
  jobs: number,
  setup: WorkerSetup,
  signal: AbortSignal | undefined,
  take: (result: RangeResult, range: R) => Promise<void>,
): Promise<void> {
  const queue = ranges[Symbol.iterator]();
  const workers = Array.from({ length: jobs }, () => new Worker(WORKER, { workerData: setup }));
  let turn: Promise<void> = Promise.resolve();
  const serve = async (worker: Worker): Promise<void> => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      signal?.throwIfAborted();
      const range = next.value;
      worker.postMessage(range);
      const [result] = (await once(worker, "message", signal === undefined ? {} : { signal })) as [RangeResult];
      turn = turn.then(() => take(result, range));
      await turn;
    }
  };
  try {
    await Promise.all(workers.map(serve));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
