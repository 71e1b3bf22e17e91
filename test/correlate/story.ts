import { join } from "node:path";
import type { Coverage } from "../../model/coverage.ts";
import type { Detection } from "../../model/detection.ts";
import type { Incident } from "../../model/incident.ts";
import { Correlator } from "../../rules/correlate/correlator.ts";
import { loadRules } from "../../rules/load.ts";
import { WITHOUT_LISTS } from "../../rules/operator-lists.ts";

/** The built-in sequences. */
export const SEQUENCES = loadRules([join(import.meta.dirname, "../../rules/library")], {
  placeholders: WITHOUT_LISTS,
}).sequences;

/** What the built-in sequences conclude from these. */
export function incidentsOf(detections: readonly Detection[], coverage: readonly Coverage[] = []): readonly Incident[] {
  const correlator = new Correlator(SEQUENCES);
  for (const span of coverage) correlator.addCoverage(span);
  for (const one of detections) correlator.add(one);
  return correlator.incidents();
}
