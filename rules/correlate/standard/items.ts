import type { Detection } from "../../../model/detection.ts";
import type { EventRef } from "../../../model/event.ts";
import { logKey } from "../../../model/log-key.ts";
import type { Ticks } from "../../../model/ticks.ts";
import type { SeenLogs } from "../fill.ts";
import type { Fold, Held } from "../held.ts";
import { compareDetections } from "../timeline.ts";
import { decimalFromText } from "./decimal.ts";
import { fieldUnder, fieldValue, leafFields, leavesOf } from "./leaves.ts";
import { runsOf } from "./runs.ts";
import { fieldsOf, type StandardRule } from "./standard-rule.ts";

/** What a correlation looks at: a detection, or an inner incident at the end of a window in which it held. */
export interface Item {
  readonly time: Ticks;
  /** Index in the correlation's `rules`. */
  readonly slot: number;
  /** What counts once: a detection, or an inner incident however long it lasts. */
  readonly unit: string;
  /** For `value_count`, in lower case. */
  readonly value: string | undefined;
  /** For the types that add or compare. */
  readonly number: bigint | undefined;
  /** Of a detection; an inner incident has no place in the order of a log. */
  readonly event: EventRef | undefined;
  /** What a detection stands for in a flood, beside itself. */
  readonly fold: Fold | undefined;
  /** In order, never empty. */
  readonly detections: readonly Held[];
  /** An event of each log that the detections stand in. */
  readonly logs: readonly EventRef[];
}

/**
 * What the rule looks at among the detections of one of its groups, in order of time.
 *
 * @param detections of the rules below it, in order
 */
export function itemsOf(rule: StandardRule, detections: readonly Held[], seen: SeenLogs): readonly Item[] {
  const items = rule.rules.flatMap((name, slot) => {
    const inner = rule.inner.get(name);
    return inner === undefined
      ? detections.filter((one) => one.rule.name === name).flatMap((one) => detectionItem(rule, slot, name, one))
      : innerItems(rule, slot, name, inner, detections, seen);
  });
  return items.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

function detectionItem(rule: StandardRule, slot: number, name: string, detection: Held): readonly Item[] {
  const fields = fieldsOf(rule.test);
  const values = fields.map((field) => fieldValue(detection, fieldUnder(rule, name, field)));
  if (values.some((value) => value === undefined || value === "")) return [];
  const number = isNumeric(rule) ? decimalFromText(values[0] ?? "") : undefined;
  if (isNumeric(rule) && number === undefined) return [];
  const { event, id, fold } = detection;
  return [
    {
      time: event.time,
      slot,
      unit: id,
      value: tupleOf(values),
      number,
      event,
      fold,
      detections: [detection],
      logs: [event],
    },
  ];
}

function isNumeric({ test: { type } }: StandardRule): boolean {
  return type === "value_sum" || type === "value_avg" || type === "value_percentile";
}

function tupleOf(values: readonly (string | undefined)[]): string | undefined {
  return values.length === 0 ? undefined : JSON.stringify(values).toLowerCase();
}

/** Incidents of an inner correlation, by its own groups within this one. */
function innerItems(
  rule: StandardRule,
  slot: number,
  name: string,
  inner: StandardRule,
  detections: readonly Detection[],
  seen: SeenLogs,
): readonly Item[] {
  const keys = inner.groupBy.map((field) => leafFields(inner, field));
  const below = new Set(leavesOf(inner));
  const groups = Map.groupBy(
    detections.filter((one) => below.has(one.rule.name)),
    (one) => keyOf(keys.map((fields) => fieldValue(one, fields.get(one.rule.name)))),
  );
  groups.delete(undefined);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const values = fieldsOf(rule.test).map((field) => {
      const at = inner.groupBy.indexOf(fieldUnder(rule, name, field));
      return fieldValue(first, keys[at]?.get(first.rule.name));
    });
    return runsOf(inner, itemsOf(inner, group, seen), seen).flatMap((run) => {
      const evidence = detectionsOf(run.members);
      const unit = JSON.stringify([name, evidence[0]?.id]);
      const logs = logsOf(evidence);
      return run.ends.map((time) => ({
        time,
        slot,
        unit,
        value: tupleOf(values),
        number: undefined,
        event: undefined,
        fold: undefined,
        detections: evidence,
        logs,
      }));
    });
  });
}

function keyOf(values: readonly (string | undefined)[]): string | undefined {
  return values.some((value) => value === undefined || value === "") ? undefined : (tupleOf(values) ?? "");
}

function logsOf(detections: readonly Detection[]): readonly EventRef[] {
  const logs = new Map(detections.map(({ event }) => [logKey(event.computer, event.channel), event]));
  return [...logs.values()];
}

/** All detections of some items, each once, in order. */
export function detectionsOf(items: readonly Item[]): readonly Held[] {
  const byId = new Map<string, Held>();
  // An inner incident is there once for each of its windows, always with the same list.
  for (const detections of new Set(items.map((item) => item.detections)))
    for (const one of detections) byId.set(one.id, one);
  return [...byId.values()].sort(compareDetections);
}
