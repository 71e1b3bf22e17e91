import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Answer, Request, Work, WorkerSetup } from "./detect-worker.ts";
import type { RangeResult } from "./range-result.ts";

/** Beside this file, as source or as built. */
const WORKER = new URL(`./detect-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/**
 * Spreads work over `jobs` threads and hands each result to `take`, one at a time. A thread goes on when its last result has been taken,
 * so what waits in memory is at most one result a thread.
 *
 * @throws what a worker or `take` throws; `signal`'s reason when it is aborted. All threads have ended by then.
 */
export async function detectInParallel(
  work: Iterable<Work>,
  jobs: number,
  setup: WorkerSetup,
  signal: AbortSignal | undefined,
  take: (result: RangeResult) => Promise<void>,
): Promise<void> {
  const queue = work[Symbol.iterator]();
  const workers = Array.from({ length: jobs }, () => new Worker(WORKER, { workerData: setup }));
  let turn: Promise<void> = Promise.resolve();
  const ask = async (worker: Worker, request: Request): Promise<RangeResult | undefined> => {
    signal?.throwIfAborted();
    worker.postMessage(request);
    const [answer] = (await once(worker, "message", signal === undefined ? {} : { signal })) as [Answer];
    return answer.value;
  };
  const serve = async (worker: Worker): Promise<void> => {
    for (let next = queue.next(); !next.done; next = queue.next())
      for (let result = await ask(worker, next.value); result !== undefined; result = await ask(worker, "more")) {
        const taken = result;
        turn = turn.then(() => take(taken));
        await turn;
      }
  };
  try {
    await Promise.all(workers.map(serve));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
