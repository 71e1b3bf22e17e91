import { setTimeout as pause } from "node:timers/promises";
import { countStanding } from "../../storage/standing.ts";
import type { Store } from "../../storage/store.ts";
import type { Metrics } from "./metrics.ts";
import { oneLine } from "./one-line.ts";
import type { StageWatch } from "./stage-watch.ts";

/** How often the store is asked, ms: not at each scrape, which must be answered while the store is away too. */
const EVERY = 15_000;
/** How long it may take to answer until that is told, ms: a loaded one takes seconds. */
const PATIENCE = 30_000;

export interface StoreCounts extends AsyncDisposable {
  /** Why the store could not be asked the last time, a sentence; undefined when it could. */
  outage(): string | undefined;
}

/**
 * Counts the open incidents and the log gaps in the store, until it is disposed; then it has let go of the store. Whether it could tells also that the
 * store is away, or back, where no stage needs it.
 */
export function measureStore(
  store: Store,
  metrics: Metrics,
  watch: Pick<StageWatch, "storeAnswers" | "storeFails">,
): StoreCounts {
  const stop = new AbortController();
  let outage: string | undefined;
  const failed = (error: unknown) => {
    outage = `the store cannot be asked: ${oneLine(error instanceof Error ? error.message : String(error))}`;
    watch.storeFails(error);
  };
  const measure = async () => {
    while (!stop.signal.aborted) {
      const late = setTimeout(() => failed(NO_ANSWER), PATIENCE).unref();
      try {
        const { openIncidents, logGaps } = await countStanding(store);
        metrics.openIncidents.replace(openIncidents);
        metrics.logGaps.replace(logGaps);
        outage = undefined;
        watch.storeAnswers();
      } catch (error) {
        failed(error);
      } finally {
        clearTimeout(late);
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

const NO_ANSWER = Object.assign(new Error(`no answer for ${PATIENCE / 1000} s`), { code: "ETIMEDOUT" });
