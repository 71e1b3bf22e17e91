import { LEVELS } from "../../model/detection.ts";
import type { Incident } from "../../model/incident.ts";

/** Worst first; among equals what fails most, then the newest. */
export function worstFirst(incidents: readonly Incident[]): readonly Incident[] {
  return incidents.toSorted(
    (a, b) =>
      LEVELS.indexOf(b.severity) - LEVELS.indexOf(a.severity) ||
      (b.onset?.after ?? 0) - (a.onset?.after ?? 0) ||
      compare(b.updated, a.updated) ||
      compare(a.id, b.id),
  );
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
