import type { Ticks } from "../../model/ticks.ts";
import type { Held } from "./held.ts";
import { Moments } from "./moments.ts";
import type { Span } from "./spread.ts";
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
  /** When there were failures, each cluster of them as one. */
  readonly attempts: Moments;

  constructor(slice: Slice, cluster: Ticks) {
    this.slice = slice;
    this.attempts = clustered(slice.detections, cluster);
  }
}

/** When there were failures; one that follows the last that counts within `cluster` does not count. */
export function clustered(detections: readonly Held[], cluster: Ticks): Moments {
  const times: Ticks[] = [];
  const counted: Span[] = [];
  let last: Ticks | undefined;
  for (const { event, fold } of detections) {
    if (fold !== undefined) {
      // As many as have room, for they are taken to lie evenly.
      const since = fold.since - cluster;
      const from: Ticks = last === undefined || last < since ? since : last;
      const amount = cluster === 0n ? fold.count : Math.min(fold.count, Number((fold.until - from) / cluster));
      if (amount > 0) {
        counted.push({ since: fold.since, until: fold.until, amount });
        last = from + BigInt(amount) * cluster;
      }
    }
    if (last === undefined || event.time - last >= cluster) {
      times.push(event.time);
      last = event.time;
    }
  }
  return new Moments(times, counted);
}
