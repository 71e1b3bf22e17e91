import type { Detection } from "../../model/detection.ts";
import { compareEvents } from "../../model/event.ts";
import type { Ticks } from "../../model/ticks.ts";
import { lowerBound } from "./lower-bound.ts";

/** The detections of one group in order of time, to be looked into by rule and span. */
export class Timeline {
  readonly all: readonly Detection[];
  readonly #byRule: ReadonlyMap<string, readonly Detection[]>;
  readonly #byRules = new Map<string, Slice>();

  constructor(detections: readonly Detection[]) {
    this.all = detections.toSorted(compareDetections);
    this.#byRule = Map.groupBy(this.all, ({ rule }) => rule.name);
  }

  /** Detections of any of these rules, ascending. */
  of(rules: readonly string[]): Slice {
    const key = rules.join("\u0000");
    let slice = this.#byRules.get(key);
    if (slice === undefined) {
      const lists = [...new Set(rules)].flatMap((rule) => {
        const list = this.#byRule.get(rule);
        return list === undefined ? [] : [list];
      });
      const [only = []] = lists;
      // Sorting what is in order piece by piece is merging.
      slice = new Slice(lists.length <= 1 ? only : lists.flat().sort(compareDetections));
      this.#byRules.set(key, slice);
    }
    return slice;
  }
}

/** Some detections, ascending in time, with their times beside them for searching. */
export class Slice {
  readonly detections: readonly Detection[];
  readonly times: readonly Ticks[];

  constructor(detections: readonly Detection[]) {
    this.detections = detections;
    this.times = detections.map((detection) => detection.event.time);
  }

  from(from: Ticks): readonly Detection[] {
    return this.detections.slice(lowerBound(this.times, from));
  }

  /** Those in [from, to]: windows are closed. */
  between(from: Ticks, to: Ticks): readonly Detection[] {
    return this.detections.slice(lowerBound(this.times, from), lowerBound(this.times, to + 1n));
  }
}

/** A total order, so that what is concluded does not depend on the order of arrival. */
export function compareDetections(a: Detection, b: Detection): number {
  return compareEvents(a.event, b.event) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
