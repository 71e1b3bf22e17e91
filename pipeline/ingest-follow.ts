import { mkdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { NotEvtxError } from "../ingest/evtx/file.ts";
import { UserError } from "../model/user-error.ts";
import type { Publisher } from "../transport/transport.ts";
import type { FileDamage } from "./damage-report.ts";
import type { Range } from "./detect-range.ts";
import { isFileError } from "./file-error.ts";
import { refuseUnfollowable } from "./find-logs.ts";
import { readBookmark, writeBookmark } from "./follow-bookmark.ts";
import { areWhereTheyWere, type Known, lookAtLogs } from "./follow-look.ts";
import { IngestRun, type IngestTotals } from "./ingest.ts";

export interface IngestFollowOptions {
  /** Folder of the bookmark; made when it is missing. One process at a time. */
  readonly state: string;
  /** Milliseconds from one look at the logs to the next. */
  readonly interval: number;
  /** When it is aborted, what has been read is published and following ends. */
  readonly signal: AbortSignal;
  /** Told what could not be read since the last look. */
  readonly onDamage: (damage: readonly FileDamage[]) => void;
}

/**
 * Publishes the events of EVTX logs as `ingestEvents` does, and goes on with what is written to them until the signal is aborted. The bookmark moves when
 * everything before it has been acknowledged: a process that is killed publishes some events again, and misses none.
 *
 * @throws UserError for the user's mistakes; what the publisher throws
 */
export async function followEvents(
  paths: readonly string[],
  publisher: Publisher,
  topic: string,
  { state, interval, signal, onDamage }: IngestFollowOptions,
): Promise<IngestTotals> {
  refuseUnfollowable(paths);
  await mkdir(state, { recursive: true }).catch((error: Error) => {
    throw new UserError(
      `Cannot make the folder ${state} for the bookmark (${error.message}): name another with --state.`,
    );
  });
  const run = new IngestRun(publisher, topic, { format: undefined, signal });
  let seen: Known = { places: await readBookmark(state), unsure: new Map(), ends: new Map() };
  while (!signal.aborted) {
    const news = lookAtLogs(paths, seen);
    const isRead = await areRead(news.ranges, run, signal);
    await run.flush();
    onDamage(run.takeNewDamage());
    if (signal.aborted) break;
    if (isRead && areWhereTheyWere(news.places, seen.places)) {
      if (news.ranges.length > 0) await writeBookmark(state, news.places);
      seen = news;
    }
    await sleep(interval, undefined, { signal }).catch(() => undefined);
  }
  return run.totals();
}

/** Whether all of it could be read: a log may be gone by now, and what has become of it shows at the next look. */
async function areRead(ranges: readonly Range[], run: IngestRun, signal: AbortSignal): Promise<boolean> {
  try {
    for (const range of ranges) {
      if (signal.aborted) return false;
      await run.addEvtx(range);
    }
    return true;
  } catch (error) {
    if (error instanceof NotEvtxError || isFileError(error)) return false;
    throw error;
  }
}
