import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { NotEvtxError } from "../ingest/evtx/file.ts";
import { identityOf } from "../model/identity.ts";
import type { Incident } from "../model/incident.ts";
import type { LogGap } from "../model/log-gap.ts";
import { loadRules } from "../rules/load.ts";
import { createMatcher, type Matcher } from "../rules/sigma/matcher.ts";
import { incidentRows } from "../storage/incident-rows.ts";
import { openStore } from "../storage/store.ts";
import type { FileDamage } from "./damage-report.ts";
import { detectInParallel } from "./detect-pool.ts";
import { detectRange } from "./detect-range.ts";
import { isFileError } from "./file-error.ts";
import { refuseUnfollowable } from "./find-logs.ts";
import { readBookmark, writeBookmark } from "./follow-bookmark.ts";
import { areWhereTheyWere, type Known, lookAtLogs, type News } from "./follow-look.ts";
import type { ScanOptions, ScanResult } from "./scan.ts";
import { type Concluded, ScanRun } from "./scan-run.ts";

export interface FollowOptions extends Omit<ScanOptions, "store" | "keepDetections" | "onProgress" | "signal"> {
  /** Folder of the store, where the bookmark lies too. */
  readonly store: string;
  /** Milliseconds from one look at the logs to the next. */
  readonly interval: number;
  /** When it is aborted, what has been read is stored and following ends. */
  readonly signal: AbortSignal;
}

/** What has been concluded anew since the last news. */
export interface FollowNews {
  /** New, or not as they were. */
  readonly incidents: readonly Incident[];
  /** Ids of incidents that later evidence took back. */
  readonly withdrawn: readonly string[];
  /** New, or not as they were. */
  readonly gaps: readonly LogGap[];
  /** Those that were told and are none any more: what was missing has come. */
  readonly closedGaps: readonly LogGap[];
  /** What could not be read since the last news. */
  readonly damage: readonly FileDamage[];
  /** All that stands now. */
  readonly standing: Concluded;
  /** The first news of this run: what stands when everything that was there has been read. */
  readonly isFirst: boolean;
}

/** What was read until following ended. */
export type FollowTotals = Pick<ScanResult, "records" | "unreadable" | "damage" | "refused">;

/**
 * Reads logs and goes on with what is written to them, until the signal is aborted. The first news is all that stands when everything there has been read.
 * What was read is stored before the bookmark moves on, so a process that is killed repeats, and misses nothing; what is stored twice is stored once.
 *
 * @param onEnd called when following has ended
 * @throws UserError for the user's mistakes
 */
export async function* follow(
  options: FollowOptions,
  onEnd: (totals: FollowTotals) => void,
): AsyncGenerator<FollowNews> {
  refuseUnfollowable(options.paths);
  const rules = loadRules(options.rulePaths, options);
  const run = new ScanRun(rules, await openStore(options.store), options.storeEvents);
  try {
    const reader = new Reader(options, run);
    const told = new Told();
    let state: Known = { places: await readBookmark(options.store), unsure: new Map(), ends: new Map() };
    await run.begin();
    for (let isFirst = true; !options.signal.aborted; isFirst = false) {
      const news = lookAtLogs(options.paths, state);
      const isRead = await reader.read(news);
      if (options.signal.aborted) break;
      if (news.ranges.length > 0 || isFirst) {
        const standing = await run.conclude();
        if (isRead && areWhereTheyWere(news.places, state.places)) {
          await writeBookmark(options.store, news.places);
          state = news;
        }
        yield { ...told.newsOf(standing), damage: run.damage.takeNew() };
      } else state = news;
      await sleep(options.interval, undefined, { signal: options.signal }).catch(() => undefined);
    }
    await run.save();
    onEnd({
      records: run.records,
      unreadable: run.damage.lostRecords,
      damage: run.damage.byFile(),
      refused: rules.refused,
    });
  } finally {
    await run.close();
  }
}

/** Fewer ranges than this are read here and not by threads, which take longer to start. */
const FEW = 8;

/** Reads ranges and gives what they come to to the run. */
class Reader {
  readonly #options: FollowOptions;
  readonly #run: ScanRun;
  readonly #setup;
  #matcher: Matcher | undefined;

  constructor(options: FollowOptions, run: ScanRun) {
    const { rulePaths, placeholders, from, to, storeEvents } = options;
    this.#options = options;
    this.#run = run;
    this.#setup = { rulePaths, placeholders, from, to, keepEvents: storeEvents };
  }

  /** @returns whether all of it could be read: a log may be gone by now, and what has become of it shows at the next look */
  async read({ ranges }: News): Promise<boolean> {
    const { jobs = availableParallelism(), signal } = this.#options;
    try {
      if (ranges.length > FEW)
        await detectInParallel(ranges, jobs, this.#setup, signal, (result) => this.#run.take(result));
      else for (const range of ranges) await this.#run.take(detectRange(range, this.#matcherHere(), this.#setup));
      return true;
    } catch (error) {
      if (signal.aborted || error instanceof NotEvtxError || isFileError(error)) return false;
      throw error;
    }
  }

  #matcherHere(): Matcher {
    this.#matcher ??= createMatcher(loadRules(this.#setup.rulePaths, this.#setup).detections);
    return this.#matcher;
  }
}

/** What has been told, so that only what is new is told again. */
class Told {
  #isFirst = true;
  #incidents = new Map<string, string>();
  #gaps = new Map<string, { readonly gap: LogGap; readonly content: string }>();

  newsOf(standing: Concluded): Omit<FollowNews, "damage"> {
    const incidents = new Map(standing.incidents.map((incident) => [incident.id, incidentRows(incident).content]));
    const gaps = new Map(
      standing.gaps.map((gap) => [gap.id, { gap, content: identityOf([`${gap.from} ${gap.to} ${gap.missing}`]) }]),
    );
    const news = {
      incidents: standing.incidents.filter(({ id }) => this.#incidents.get(id) !== incidents.get(id)),
      withdrawn: [...this.#incidents.keys()].filter((id) => !incidents.has(id)),
      gaps: standing.gaps.filter(({ id }) => this.#gaps.get(id)?.content !== gaps.get(id)?.content),
      closedGaps: Array.from(this.#gaps.values(), ({ gap }) => gap).filter(({ id }) => !gaps.has(id)),
      standing,
      isFirst: this.#isFirst,
    };
    this.#isFirst = false;
    this.#incidents = incidents;
    this.#gaps = gaps;
    return news;
  }
}
