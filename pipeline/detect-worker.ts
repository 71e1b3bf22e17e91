import { parentPort, workerData } from "node:worker_threads";
import { loadRules } from "../rules/load.ts";
import { createMatcher } from "../rules/sigma/matcher.ts";
import { type DetectOptions, detectRange, type Range } from "./detect-range.ts";
import { recoverRange } from "./recover-range.ts";

/** What a worker is started with; compiled rules cannot cross threads, so each loads its own. */
export interface WorkerSetup extends DetectOptions {
  readonly rulePaths: readonly string[];
  readonly placeholders: ReadonlyMap<string, readonly string[]>;
}

// What arrives here comes from detect-pool.ts and from nowhere else.
const setup = workerData as WorkerSetup;
const matcher = createMatcher(loadRules(setup.rulePaths, { placeholders: setup.placeholders }).detections);
parentPort?.on("message", (range: Range) =>
  parentPort?.postMessage(
    range.recover ? recoverRange(range.path, matcher, setup) : detectRange(range, matcher, setup),
  ),
);
