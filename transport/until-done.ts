import { setTimeout as sleep } from "node:timers/promises";

/** How long whatever failed waits, ms: at first, and at most. */
export const PAUSE = { first: 500, most: 10_000 };

/**
 * Does the work again and again, with growing pauses, until it succeeds.
 *
 * @param told of each failure, and how long the pause is, ms
 * @throws when it fails and the signal has been aborted, or is during a pause
 */
export async function untilDone<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  told: (error: unknown, pause: number) => void,
): Promise<T> {
  for (let pause = PAUSE.first; ; pause = Math.min(PAUSE.most, pause * 2)) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      told(error, pause);
      await sleep(pause, undefined, { signal });
    }
  }
}
