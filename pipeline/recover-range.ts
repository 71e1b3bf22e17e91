import { statSync } from "node:fs";
import { recoverRecords } from "../ingest/evtx/recover.ts";
import { CoverageMap } from "../model/coverage.ts";
import type { Detection } from "../model/detection.ts";
import { eventRef } from "../model/event.ts";
import { detect } from "../rules/sigma/detect.ts";
import type { Matcher } from "../rules/sigma/matcher.ts";
import { EventRows } from "../storage/event-rows.ts";
import type { DetectOptions, RangeResult } from "./range-result.ts";

/** Runs the rules over what a file has beside the records that it counts as its own. */
export function recoverRange(path: string, matcher: Matcher, options: DetectOptions): RangeResult {
  const detections: Detection[] = [];
  const events = new EventRows();
  const coverage = new CoverageMap();
  let recoveredRecords = 0;
  let isLog = false;
  // What is wrong with the file is told where it is read ordinarily.
  for (const { record, recovered } of recoverRecords(path, () => {})) {
    if (recovered === undefined) {
      isLog = true;
      continue;
    }
    recoveredRecords++;
    const { time } = record;
    if ((options.from !== undefined && time < options.from) || (options.to !== undefined && time >= options.to))
      continue;
    const { computer, channel } = eventRef(record);
    // Single records of old do not show that nothing else happened between them.
    if (recovered === "chunk" && time > 0n) coverage.add({ computer, channel, first: time, last: time });
    detections.push(...detect(matcher, record));
    if (options.keepEvents) events.add(record);
  }
  return {
    // Those of a log count where it is read ordinarily.
    bytes: isLog ? 0 : statSync(path).size,
    records: recoveredRecords,
    recovered: recoveredRecords,
    detections,
    coverage: [...coverage.values()],
    spans: [],
    steps: [],
    damage: [],
    events: events.rows,
  };
}
