import type { Refused } from "./parse-file.ts";
import type { RuleIndex } from "./references.ts";
import { filtered, isFor, type RuleFilter } from "./sigma/filter.ts";
import type { DetectionRule } from "./sigma/rule.ts";

/** The rules with the filters that are for them; a filter that names what is not there, or what it cannot be for, is refused as a whole. */
export function applyFilters(
  detections: readonly DetectionRule[],
  filters: readonly RuleFilter[],
  index: RuleIndex,
): {
  readonly detections: readonly DetectionRule[];
  /** Those that are not refused. */
  readonly filters: readonly RuleFilter[];
  readonly refused: readonly Refused[];
} {
  const byRule = new Map<string, RuleFilter[]>();
  const refused: Refused[] = [];
  for (const written of filters) {
    const filter = written.isForAny ? forAll(written, detections) : written;
    const reason =
      filter.rules.length === 0
        ? "filter.rules: is for any rule of its logsource, but none is loaded"
        : filter.rules.map((label) => mistake(filter, label, index)).find((one) => one !== undefined);
    if (reason !== undefined) {
      refused.push({ kind: "refused", place: filter.place, rule: filter.title, reason, isFilter: true });
      continue;
    }
    for (const label of new Set(filter.rules)) {
      const rule = index.get(label);
      if (rule?.kind === "detection") byRule.set(rule.id, [...(byRule.get(rule.id) ?? []), filter]);
    }
  }
  return {
    detections: detections.map((rule) => filtered(rule, byRule.get(rule.id) ?? [])),
    filters: [...new Set([...byRule.values()].flat())],
    refused,
  };
}

function forAll(filter: RuleFilter, detections: readonly DetectionRule[]): RuleFilter {
  return { ...filter, rules: detections.filter((rule) => isFor(filter, rule)).map(({ id }) => id) };
}

function mistake(filter: RuleFilter, label: string, index: RuleIndex): string | undefined {
  const rule = index.get(label);
  if (rule === undefined) return `filter.rules: no rule "${label}" is loaded`;
  if (rule.kind === "inactive") return undefined;
  if (rule.kind !== "detection") return `filter.rules: "${label}" is a correlation rule; name the rules that it counts`;
  return isFor(filter, rule) ? undefined : `logsource: is not that of rule "${label}"; leave out what differs`;
}
