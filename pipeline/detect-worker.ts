import { parentPort, workerData } from "node:worker_threads";
import { loadRules } from "../rules/load.ts";
import { createMatcher } from "../rules/sigma/matcher.ts";
import { detectRange, type Range } from "./detect-range.ts";
import { detectText, type TextRange } from "./detect-text.ts";
import type { DetectOptions, RangeResult } from "./range-result.ts";
import { recoverRange } from "./recover-range.ts";

/** What a worker is started with; compiled rules cannot cross threads, so each loads its own. */
export interface WorkerSetup extends DetectOptions {
  readonly rulePaths: readonly string[];
  readonly placeholders: ReadonlyMap<string, readonly string[]>;
}

/** What there is to read. */
export type Work = Range | TextRange;
/** What a worker is asked: to begin a work, or to go on with it. */
export type Request = Work | "more";
/** What it answers: the next result, or that there is none. */
export type Answer = IteratorResult<RangeResult, undefined>;

// What arrives here comes from detect-pool.ts and from nowhere else.
const setup = workerData as WorkerSetup;
const matcher = createMatcher(loadRules(setup.rulePaths, { placeholders: setup.placeholders }).detections);
let results = resultsOf([]);
parentPort?.on("message", async (request: Request) => {
  if (request !== "more")
    results = resultsOf(isText(request) ? detectText(request, matcher, setup) : [resultOf(request)]);
  parentPort?.postMessage((await results.next()) satisfies Answer);
});

async function* resultsOf(
  results: Iterable<RangeResult> | AsyncIterable<RangeResult>,
): AsyncGenerator<RangeResult, undefined> {
  yield* results;
}

function isText(work: Work): work is TextRange {
  return "isNamed" in work;
}

function resultOf(range: Range): RangeResult {
  return range.recover ? recoverRange(range.path, matcher, setup) : detectRange(range, matcher, setup);
}
