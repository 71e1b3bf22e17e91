import type { Damage } from "../ingest/evtx/damage.ts";
import { openEvtx } from "../ingest/evtx/file.ts";
import type { ClockStep } from "../model/clock-steps.ts";
import { type Coverage, CoverageMap } from "../model/coverage.ts";
import type { Detection } from "../model/detection.ts";
import type { WindowsEvent } from "../model/event.ts";
import { type RecordSpan, RecordSpans } from "../model/record-spans.ts";
import type { Shape } from "../model/shape.ts";
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
  /** Instead of its chunks, what the whole file has beside them. */
  readonly recover?: true;
  /** Of a log that is being written to, the part that is new and whole: records that begin from `from` on and before `until`, bytes of the file. */
  readonly part?: { readonly from: number; readonly until: number };
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
  /** Those of `records` that had to be recovered. */
  readonly recovered: number;
  readonly detections: readonly Detection[];
  readonly coverage: readonly Coverage[];
  /** Which records were there, within the asked-for time or not. */
  readonly spans: readonly RecordSpan[];
  readonly steps: readonly ClockStep[];
  readonly damage: readonly Damage[];
  readonly events: readonly StoredEvent[];
}

/** Reads a range and runs the rules over its events. */
export function detectRange(range: Range, matcher: Matcher, options: DetectOptions): RangeResult {
  const detections: Detection[] = [];
  const damage: Damage[] = [];
  const events: StoredEvent[] = [];
  const coverage = new CoverageMap();
  const seen = new RecordSpans();
  let records = 0;
  using file = openEvtx(range.path);
  const report = (found: Damage) => {
    // A log that is being written to has headers that lag behind: no fault.
    if (range.part !== undefined && found.kind === "verdict") return;
    if (isIn(range, found.offset)) damage.push(found);
  };
  for (const record of file.records(report, range.firstChunk, range.endChunk)) {
    if (!isIn(range, record.offset)) continue;
    records++;
    const { time } = record;
    const isAsked =
      (options.from === undefined || time >= options.from) && (options.to === undefined || time < options.to);
    addSeen(seen, isAsked ? coverage : undefined, record);
    if (!isAsked) continue;
    detections.push(...detect(matcher, record));
    if (options.keepEvents) events.push(storedEvent(record));
  }
  const spans = [...seen.logs()].flatMap((log) => log.spans);
  return {
    records,
    recovered: 0,
    detections,
    coverage: [...coverage.values()],
    spans,
    steps: [...seen.steps()],
    damage,
    events,
  };
}

function isIn({ part }: Range, offset: number): boolean {
  return part === undefined || (offset >= part.from && offset < part.until);
}

function addSeen(seen: RecordSpans, coverage: CoverageMap | undefined, event: WindowsEvent): void {
  const { time } = event;
  const slots = originOf(event.shape);
  const computer = textOf(event, slots.computer);
  const channel = textOf(event, slots.channel);
  if (time === 0n || computer === undefined || channel === undefined) return;
  coverage?.add({ computer, channel, first: time, last: time });
  const id = textOf(event, slots.recordId);
  if (id !== undefined && RECORD_ID.test(id)) seen.addRecord(computer, channel, BigInt(id), time);
}

/** What 64 bits hold with a digit to spare: hostile text has others. */
const RECORD_ID = /^\d{1,19}$/;

/** The slots that every record is asked for, looked up once a shape. */
interface Origin {
  readonly computer: number | undefined;
  readonly channel: number | undefined;
  readonly recordId: number | undefined;
}

const origins = new WeakMap<Shape, Origin>();

function originOf(shape: Shape): Origin {
  let origin = origins.get(shape);
  if (origin === undefined) {
    const slot = (name: string) => shape.field(name)?.slots[0];
    origin = { computer: slot("Computer"), channel: slot("Channel"), recordId: slot("EventRecordID") };
    origins.set(shape, origin);
  }
  return origin;
}

function textOf(event: WindowsEvent, slot: number | undefined): string | undefined {
  const value = slot === undefined ? undefined : event.value(slot);
  return typeof value === "string" ? value : value?.[0];
}
