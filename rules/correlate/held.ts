import type { Detection } from "../../model/detection.ts";
import type { Ticks } from "../../model/ticks.ts";

/** A detection that a group holds; in a flood it stands for others as well. */
export interface Held extends Detection {
  readonly fold?: Fold;
}

/** What lay before a detection that is held, and was only counted: they are taken to lie evenly in [since, until]. */
export interface Fold {
  readonly count: number;
  readonly since: Ticks;
  readonly until: Ticks;
}

/** How many these are, with those that they stand for. */
export function countOf(detections: readonly Held[]): number {
  return detections.length + foldedIn(detections);
}

/** How many these stand for beside themselves. */
export function foldedIn(detections: readonly Held[]): number {
  return detections.reduce((sum, { fold }) => sum + (fold?.count ?? 0), 0);
}
