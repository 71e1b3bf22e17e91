import type { Detection } from "../../../model/detection.ts";
import type { Ticks } from "../../../model/ticks.ts";
import type { SeenLogs } from "../fill.ts";
import { groupingsOf, groupKeyOf } from "../grouping.ts";
import { compareDetections } from "../timeline.ts";
import { groupOf } from "./conclude-standard.ts";
import { type Item, itemsOf } from "./items.ts";
import type { StandardRule } from "./standard-rule.ts";

/** What came nearest to a condition that asks for more than there was. */
export interface FullestWindow {
  readonly group: Readonly<Record<string, string>>;
  readonly from: Ticks;
  readonly to: Ticks;
  /** What the rule counts in it: events, different values, or different rules. */
  readonly count: number;
  /** Names of the rules that are there. */
  readonly rules: readonly string[];
}

/** The window of a group in which the most of what the rule counts lies; undefined when no detection takes part in any group. */
export function fullestWindow(rule: StandardRule, detections: readonly Detection[]): FullestWindow | undefined {
  const [grouping] = groupingsOf([rule]);
  if (grouping === undefined) return undefined;
  const groups = Map.groupBy(
    detections.filter((one) => grouping.ruleNames.has(one.rule.name)),
    (one) => groupKeyOf(grouping, one),
  );
  groups.delete(undefined);
  let fullest: FullestWindow | undefined;
  for (const group of groups.values()) {
    const found = fullestOf(rule, group.toSorted(compareDetections));
    if (found !== undefined && found.count > (fullest?.count ?? 0)) fullest = found;
  }
  return fullest;
}

function fullestOf(rule: StandardRule, detections: readonly Detection[]): FullestWindow | undefined {
  const [earliest] = detections;
  const items = itemsOf(rule, detections, ENDLESS_LOGS);
  const counts = new Map<string | number, number>();
  let fullest: { readonly count: number; readonly from: number; readonly to: number } | undefined;
  let from = 0;
  for (const [to, item] of items.entries()) {
    counts.set(unitOf(rule, item), (counts.get(unitOf(rule, item)) ?? 0) + 1);
    for (let old = items[from]; old !== undefined && old.time < item.time - rule.timespan; old = items[++from]) {
      const left = (counts.get(unitOf(rule, old)) ?? 0) - 1;
      if (left === 0) counts.delete(unitOf(rule, old));
      else counts.set(unitOf(rule, old), left);
    }
    if (counts.size > (fullest?.count ?? 0)) fullest = { count: counts.size, from, to };
  }
  if (fullest === undefined || earliest === undefined) return undefined;
  const inside = items.slice(fullest.from, fullest.to + 1);
  return {
    group: groupOf(rule, earliest),
    from: inside[0]?.time ?? 0n,
    to: inside.at(-1)?.time ?? 0n,
    count: fullest.count,
    rules: rule.rules.filter((_, slot) => inside.some((item) => item.slot === slot)),
  };
}

function unitOf({ test: { type } }: StandardRule, { slot, unit, value }: Item): string | number {
  if (type === "temporal" || type === "temporal_ordered") return slot;
  return type === "value_count" ? (value ?? "") : unit;
}

/** So that the inner correlations that ask for absence are concluded. */
const ENDLESS_LOGS: SeenLogs = {
  firstSeen: () => undefined,
  lastSeen: () => undefined,
  channelsOf: () => [],
  hasPassed: () => true,
};
