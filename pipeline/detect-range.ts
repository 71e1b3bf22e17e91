import type { Damage } from "../ingest/evtx/damage.ts";
import { openEvtx } from "../ingest/evtx/file.ts";
import { type Coverage, CoverageMap } from "../model/coverage.ts";
import type { Detection } from "../model/detection.ts";
import { readFirst, type WindowsEvent } from "../model/event.ts";
import type { Ticks } from "../model/ticks.ts";
import { detect } from "../rules/sigma/detect.ts";
import type { Matcher } from "../rules/sigma/matcher.ts";
import { type StoredEvent, storedEvent } from "../storage/events.ts";

/** Some chunks of one file. */
export interface Range {
  readonly path: string;
  readonly firstChunk: number;
  /** Not included. */
  readonly endChunk: number;
}

export interface DetectOptions {
  /** Events before it are passed over. */
  readonly from: Ticks | undefined;
  /** So are events from it on. */
  readonly to: Ticks | undefined;
  /** Give back every event, not only what was detected. */
  readonly keepEvents: boolean;
}

/** What one range came to; plain data, so that it can cross threads. */
export interface RangeResult {
  readonly records: number;
  readonly detections: readonly Detection[];
  readonly coverage: readonly Coverage[];
  readonly damage: readonly Damage[];
  readonly events: readonly StoredEvent[];
}

/** Reads a range and runs the rules over its events. */
export function detectRange(range: Range, matcher: Matcher, options: DetectOptions): RangeResult {
  const detections: Detection[] = [];
  const damage: Damage[] = [];
  const events: StoredEvent[] = [];
  const coverage = new CoverageMap();
  let records = 0;
  using file = openEvtx(range.path);
  for (const record of file.records((found) => damage.push(found), range.firstChunk, range.endChunk)) {
    records++;
    const { time } = record;
    if ((options.from !== undefined && time < options.from) || (options.to !== undefined && time >= options.to))
      continue;
    addCoverage(coverage, record, time);
    detections.push(...detect(matcher, record));
    if (options.keepEvents) events.push(storedEvent(record));
  }
  return { records, detections, coverage: [...coverage.values()], damage, events };
}

function addCoverage(coverage: CoverageMap, event: WindowsEvent, time: Ticks): void {
  const computer = readFirst(event, "Computer");
  const channel = readFirst(event, "Channel");
  if (time > 0n && computer !== undefined && channel !== undefined)
    coverage.add({ computer, channel, first: time, last: time });
}
