import type { Coverage } from "../../model/coverage.ts";
import type { Detection } from "../../model/detection.ts";
import type { Incident } from "../../model/incident.ts";
import type { CorrelationRule } from "../../rules/correlate/correlation-rule.ts";
import { Correlator } from "../../rules/correlate/correlator.ts";
import { partitionOf } from "../../transport/partition-of.ts";

/** What a correlator is given, or that it is asked what has changed. */
export type Given = { readonly detection: Detection } | { readonly coverage: Coverage } | "conclude";

/** Group → what stands when the changes are followed, one correlator a partition. */
export function followed(
  rules: readonly CorrelationRule[],
  all: readonly Given[],
  partitions: number,
  lateness = 0n,
): ReadonlyMap<string, readonly Incident[]> {
  const standing = new Map<string, readonly Incident[]>();
  const correlators = Array.from(
    { length: partitions },
    (_, partition) => new Correlator(rules, (key) => partitionOf(key, partitions) === partition, lateness),
  );
  for (const one of [...all, "conclude" as const])
    for (const correlator of correlators)
      if (one === "conclude")
        for (const { groupKey, incidents } of correlator.changes()) standing.set(groupKey, incidents);
      else if ("detection" in one) correlator.add(one.detection);
      else correlator.addCoverage(one.coverage);
  return standing;
}
