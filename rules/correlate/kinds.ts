import type { Detection } from "../../model/detection.ts";
import type { Ticks } from "../../model/ticks.ts";
import { Slice } from "./timeline.ts";

/** The failures of a step told apart by what the rule's `onset.by` names, so that a steady kind does not hide a new one. */
export class Kinds {
  readonly all: Kind;
  readonly each: readonly Kind[];

  constructor(slice: Slice, by: readonly string[], cluster: Ticks) {
    this.all = new Kind(slice, cluster);
    const groups = Map.groupBy(slice.detections, (detection) =>
      [detection.rule.name, ...by.map((field) => (detection.fields[field] ?? "").toLowerCase())].join("\u0000"),
    );
    this.each =
      groups.size <= 1
        ? [this.all]
        : [...groups.values()].map((detections) => new Kind(new Slice(detections), cluster));
  }
}

export class Kind {
  readonly slice: Slice;
  /** Times of the failures, each cluster of them as one. */
  readonly attempts: readonly Ticks[];

  constructor(slice: Slice, cluster: Ticks) {
    this.slice = slice;
    this.attempts = clustered(slice.detections, cluster);
  }
}

/** The times of failures; one that follows the last that counts within `cluster` does not count. */
export function clustered(detections: readonly Detection[], cluster: Ticks): readonly Ticks[] {
  const kept: Ticks[] = [];
  for (const { event } of detections) {
    const last = kept.at(-1);
    if (last === undefined || event.time - last >= cluster) kept.push(event.time);
  }
  return kept;
}
