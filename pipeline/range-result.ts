import type { ClockStep } from "../model/clock-steps.ts";
import { type Coverage, CoverageMap } from "../model/coverage.ts";
import type { Detection } from "../model/detection.ts";
import { textAt, type WindowsEvent } from "../model/event.ts";
import { type RecordSpan, RecordSpans } from "../model/record-spans.ts";
import type { Ticks } from "../model/ticks.ts";
import { detect } from "../rules/sigma/detect.ts";
import type { Matcher } from "../rules/sigma/matcher.ts";
import { type EncodedRows, EventRows } from "../storage/event-rows.ts";
import { DamageReport, type FileDamage, type FoundDamage } from "./damage-report.ts";

export interface DetectOptions {
  /** Events before it are passed over. */
  readonly from: Ticks | undefined;
  /** So are events from it on. */
  readonly to: Ticks | undefined;
  /** Give back every event, not only what was detected. */
  readonly keepEvents: boolean;
}

/** What one range, or a piece of it, came to; plain data, so that it can cross threads. */
export interface RangeResult {
  /** Bytes of the file that have been read for it. */
  readonly bytes: number;
  readonly records: number;
  /** Those of `records` that had to be recovered. */
  readonly recovered: number;
  readonly detections: readonly Detection[];
  readonly coverage: readonly Coverage[];
  /** Which records were there, within the asked-for time or not. */
  readonly spans: readonly RecordSpan[];
  readonly steps: readonly ClockStep[];
  readonly damage: readonly FileDamage[];
  readonly events: EncodedRows;
}

/** Runs the rules over one event after the other, and notes what else is to be known of them. */
export class RangeReader {
  readonly #matcher: Matcher;
  readonly #options: DetectOptions;
  readonly #detections: Detection[] = [];
  readonly #events = new EventRows();
  readonly #damage = new DamageReport();
  readonly #coverage = new CoverageMap();
  readonly #seen = new RecordSpans();
  #records = 0;

  constructor(matcher: Matcher, options: DetectOptions) {
    this.#matcher = matcher;
    this.#options = options;
  }

  /** Of one that is not to be trusted fully, it is not noted which record it says it is: a gap would be made of it. */
  add(event: WindowsEvent, isDoubtful = false): void {
    this.#records++;
    const { time } = event;
    const { from, to, keepEvents } = this.#options;
    const isAsked = (from === undefined || time >= from) && (to === undefined || time < to);
    if (!isDoubtful) addSeen(this.#seen, isAsked ? this.#coverage : undefined, event);
    if (!isAsked) return;
    this.#detections.push(...detect(this.#matcher, event));
    if (keepEvents) this.#events.add(event);
  }

  addDamage(damage: FoundDamage): void {
    this.#damage.add([damage]);
  }

  result(bytes: number): RangeResult {
    return {
      bytes,
      records: this.#records,
      recovered: 0,
      detections: this.#detections,
      coverage: [...this.#coverage.values()],
      spans: [...this.#seen.logs()].flatMap((log) => log.spans),
      steps: [...this.#seen.steps()],
      damage: this.#damage.byFile(),
      events: this.#events.rows,
    };
  }
}

function addSeen(seen: RecordSpans, coverage: CoverageMap | undefined, event: WindowsEvent): void {
  const { time } = event;
  const { identity } = event.shape;
  const computer = textAt(event, identity.computer);
  const channel = textAt(event, identity.channel);
  if (time === 0n || computer === undefined || channel === undefined) return;
  coverage?.add({ computer, channel, first: time, last: time });
  const id = textAt(event, identity.recordId);
  if (id !== undefined && RECORD_ID.test(id)) seen.addRecord(computer, channel, BigInt(id), time);
}

/** A thousand records a second come to thirteen digits after three hundred years; damaged and hostile texts have more, and would make a gap of all of them. */
const RECORD_ID = /^\d{1,13}$/;
