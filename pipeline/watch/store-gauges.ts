import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { countStanding } from "../../storage/standing.ts";
import type { Store } from "../../storage/store.ts";
import type { Metrics } from "./metrics.ts";
import { oneLine } from "./one-line.ts";

/** How often the store is asked, ms: not at each scrape, which must be answered while the store is away too. */
const EVERY = 15_000;

export interface StoreCounts extends AsyncDisposable {
  /** Why the store could not be asked the last time, a sentence; undefined when it could. */
  outage(): string | undefined;
}

/** Counts the open incidents and the log gaps in the store, until it is disposed; then it has let go of the store. */
export function measureStore(store: Store, metrics: Metrics, log: Logger): StoreCounts {
  const stop = new AbortController();
  let outage: string | undefined;
  const measure = async () => {
    while (!stop.signal.aborted) {
      try {
        const { openIncidents, logGaps } = await countStanding(store);
        metrics.openIncidents.replace(openIncidents);
        metrics.logGaps.replace(logGaps);
        outage = undefined;
      } catch (error) {
        // The stages say that the store is away, once one of them needs it.
        outage = `the store cannot be asked: ${oneLine(error instanceof Error ? error.message : String(error))}`;
        log.debug({ err: error }, "the open incidents cannot be counted");
      }
      await pause(EVERY, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
    }
  };
  const done = measure();
  return {
    outage: () => outage,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await done;
    },
  };
}
