import { availableParallelism } from "node:os";
import type { FormatName } from "../ingest/shippers/formats.ts";
import type { Detection } from "../model/detection.ts";
import type { Incident } from "../model/incident.ts";
import type { LogGap } from "../model/log-gap.ts";
import type { Ticks } from "../model/ticks.ts";
import { loadRules } from "../rules/load.ts";
import type { Refused } from "../rules/parse-file.ts";
import type { Placeholders } from "../rules/sigma/expand.ts";
import { openStore, type StoreTarget } from "../storage/store.ts";
import type { FileDamage } from "./damage-report.ts";
import { detectInParallel } from "./detect-pool.ts";
import type { Work } from "./detect-worker.ts";
import { DetectionSpool } from "./detection-spool.ts";
import { findLogs, type LogFile } from "./find-logs.ts";
import { ScanRun } from "./scan-run.ts";

export interface ScanOptions {
  /** EVTX files, files of JSON or event XML, and folders. */
  readonly paths: readonly string[];
  /** Rule files and folders. */
  readonly rulePaths: readonly string[];
  /** What the operator's lists hold (`placeholdersOf`). */
  readonly placeholders: Placeholders;
  /** A text is the store's folder; undefined keeps nothing. */
  readonly store: string | StoreTarget | undefined;
  readonly storeEvents: boolean;
  /** Also use what can be made out in slack space, damage and files of other kinds. */
  readonly recover?: boolean;
  /** Of messages in JSON and XML; each shows its own unless given. */
  readonly messageFormat?: FormatName | undefined;
  /** Threads that read; as many as there are cores unless given. */
  readonly jobs: number | undefined;
  readonly from: Ticks | undefined;
  readonly to: Ticks | undefined;
  /** Whether `detections` is wanted in the result. */
  readonly keepDetections: boolean;
  readonly onProgress?: (progress: { bytes: number; totalBytes: number; records: number }) => void;
  readonly signal?: AbortSignal;
}

export interface ScanResult {
  /** Incidents on the computers whose logs were read, in order of their beginning. */
  readonly incidents: readonly Incident[];
  /** What is missing in the logs of these computers, within the asked-for time; in order of time. */
  readonly gaps: readonly LogGap[];
  /** To be read once. */
  readonly detections: AsyncIterable<Detection> | undefined;
  readonly files: number;
  readonly records: number;
  /** Those of `records` that had to be recovered. */
  readonly recovered: number;
  readonly bytes: number;
  /** How many records could not be read, at least (`FileDamage.isExact`). */
  readonly unreadable: number;
  /** Of each damaged file how much, and the first places. */
  readonly damage: readonly FileDamage[];
  /** Detections that came in floods and were only counted. */
  readonly folded: number;
  /** Rules that were not run because something is wrong with them. */
  readonly refused: readonly Refused[];
  readonly seconds: number;
}

/**
 * Reads logs, runs the rules and concludes incidents. With a store, what earlier scans found is taken into account and what this one finds is kept;
 * the same logs in any order, in any number of scans, come to the same.
 *
 * @throws UserError for the user's mistakes; the signal's reason when it is aborted, with what was found until then kept
 */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  const began = performance.now();
  const { files, damage } = findLogs(options.paths, options.recover);
  const rules = loadRules(options.rulePaths, options);
  const store = options.store === undefined ? undefined : await openStore(options.store);
  const run = new ScanRun(rules, store, options.storeEvents);
  const spool = options.keepDetections ? await DetectionSpool.open() : undefined;
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
  let bytes = 0;
  try {
    await run.begin();
    run.damage.add(damage);
    const work = files.flatMap((file) => [...workOf(file, options)]);
    const jobs = Math.max(1, Math.min(options.jobs ?? availableParallelism(), work.length));
    const setup = {
      rulePaths: options.rulePaths,
      placeholders: options.placeholders,
      from: options.from,
      to: options.to,
      keepEvents: options.storeEvents,
    };
    await detectInParallel(work, jobs, setup, options.signal, async (result) => {
      await run.take(result);
      await spool?.add(result.detections);
      bytes += result.bytes;
      options.onProgress?.({ bytes, totalBytes, records: run.records });
    });
    const { incidents, gaps } = await run.conclude();
    return {
      incidents,
      gaps: gaps.filter(({ from, to }) => to >= (options.from ?? to) && from < (options.to ?? from + 1n)),
      detections: spool?.read(),
      files: files.length,
      records: run.records,
      recovered: run.recovered,
      bytes: totalBytes,
      unreadable: run.damage.lostRecords,
      damage: run.damage.byFile(),
      folded: run.folded,
      refused: rules.refused,
      seconds: (performance.now() - began) / 1000,
    };
  } catch (error) {
    spool?.discard();
    throw error;
  } finally {
    await run.close();
  }
}

/** Chunks that a thread takes at once: 4 MiB. */
const RANGE_CHUNKS = 64;

function* workOf({ path, isText, chunkCount, isNamed }: LogFile, options: ScanOptions): Generator<Work> {
  if (isText) yield { path, format: options.messageFormat, isNamed };
  // A file without a single chunk is read too: its header may say that it had some.
  for (let firstChunk = 0; chunkCount !== undefined && firstChunk < Math.max(1, chunkCount); firstChunk += RANGE_CHUNKS)
    yield { path, firstChunk, endChunk: Math.min(chunkCount, firstChunk + RANGE_CHUNKS) };
  if (options.recover && !isText) yield { path, firstChunk: 0, endChunk: 0, recover: true };
}
