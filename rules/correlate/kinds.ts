import type { Detection } from "../../model/detection.ts";
import { SECOND, type Ticks } from "../../model/ticks.ts";
import { Slice } from "./timeline.ts";

/** A client whose handshake fails tries again at once: failures of one kind this close together are one failure. */
const RETRY = 5n * SECOND;

/** The failures of a step told apart by what the rule's `onset.by` names, so that a steady kind does not hide a new one. */
export class Kinds {
  readonly all: Kind;
  readonly each: readonly Kind[];

  constructor(slice: Slice, by: readonly string[]) {
    this.all = new Kind(slice);
    const groups = Map.groupBy(slice.detections, (detection) =>
      JSON.stringify([detection.rule.name, ...by.map((field) => (detection.fields[field] ?? "").toLowerCase())]),
    );
    this.each =
      groups.size <= 1 ? [this.all] : [...groups.values()].map((detections) => new Kind(new Slice(detections)));
  }
}

export class Kind {
  readonly slice: Slice;
  /** Times of the failures, retries left out. */
  readonly attempts: readonly Ticks[];

  constructor(slice: Slice) {
    this.slice = slice;
    this.attempts = withoutRetries(slice.detections);
  }
}

/** The times of failures, each at least `RETRY` after the one before it that counts. */
export function withoutRetries(detections: readonly Detection[]): readonly Ticks[] {
  const kept: Ticks[] = [];
  for (const { event } of detections) {
    const last = kept.at(-1);
    if (last === undefined || event.time - last >= RETRY) kept.push(event.time);
  }
  return kept;
}
