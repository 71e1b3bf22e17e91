import type { Ticks } from "../../../model/ticks.ts";
import type { SeenLogs } from "../fill.ts";
import { lowerBound } from "../lower-bound.ts";
import { type Spread, spreadOf } from "../spread.ts";
import { Chains } from "./chains.ts";
import { decided } from "./decided.ts";
import type { Item } from "./items.ts";
import { type Measure, measureOf } from "./measures.ts";
import { askedFor, lookOf, type StandardRule } from "./standard-rule.ts";

/** Overlapping windows in which the condition holds: one incident. */
export interface Run {
  /** Of its windows, ascending. */
  readonly ends: readonly Ticks[];
  /** What fulfils the condition, in order of time; never empty. */
  readonly members: readonly Item[];
}

/** @param items of one group, in order of time */
export function runsOf(rule: StandardRule, items: readonly Item[], seen: SeenLogs): readonly Run[] {
  const { timespan, test } = rule;
  const asked = askedFor(rule);
  const look = lookOf(test);
  const chains = test.type === "temporal_ordered" ? new Chains(items, test.present) : undefined;
  const measure = chains?.measure(new Set(rule.rules.keys()).difference(asked)) ?? measureOf(test, items);
  const starts =
    look === "back"
      ? holdingBack(items, timespan, measure)
      : decided(
          rule,
          items,
          look === "ahead" ? holdingAhead(items, timespan, asked, measure) : holdingAround(rule, items),
          seen,
        );
  const takesPart = (item: Item) =>
    asked.has(item.slot) && (chains === undefined || chains.isInWindow(item, starts, timespan));
  const members = items.filter(takesPart);
  let at = 0;
  return runsOfStarts(starts, timespan, spreadOf(items)).map((own) => {
    const first = own[0] ?? 0n;
    const end = (own.at(-1) ?? 0n) + timespan;
    while (at < members.length && (members[at]?.time ?? first) < first) at++;
    const from = at;
    while (at < members.length && (members[at]?.time ?? 0n) <= end) at++;
    return { ends: own.map((start) => start + timespan), members: members.slice(from, at) };
  });
}

/** Beginnings of the windows that end with an item and hold. */
function holdingBack(items: readonly Item[], timespan: Ticks, measure: Measure): readonly Ticks[] {
  const starts: Ticks[] = [];
  let oldest = 0;
  let next = 0;
  for (const end of endsOf(items, timespan)) {
    const start = end - timespan;
    for (let item = items[next]; item !== undefined && item.time <= end; item = items[++next]) measure.add(item);
    for (let old = items[oldest]; old !== undefined && old.time < start; old = items[++oldest]) measure.remove(old);
    if (measure.holds(start, end)) starts.push(start);
  }
  return starts;
}

/** When there is an item; and of what was only counted for longer than a window, where the first window over it ends. */
function endsOf(items: readonly Item[], timespan: Ticks): readonly Ticks[] {
  const ends = new Set(items.map(({ time }) => time));
  for (const { fold } of items)
    if (fold !== undefined && fold.since + timespan < fold.until) ends.add(fold.since + timespan);
  return [...ends].sort((a, b) => (a < b ? -1 : 1));
}

/** Beginnings of the windows that end with an item, reach the lower bound, and overlap none that goes beyond the upper. */
function holdingAround({ test, timespan }: StandardRule, items: readonly Item[]): readonly Ticks[] {
  if (!("threshold" in test)) throw new Error("only numbers have a range");
  const { floor, ceiling } = test.threshold;
  const reaching = holdingBack(items, timespan, measureOf({ ...test, threshold: floor }, items));
  const below = new Set(holdingBack(items, timespan, measureOf({ ...test, threshold: ceiling }, items)));
  const beyond = endsOf(items, timespan).flatMap((end) => (below.has(end - timespan) ? [] : [end - timespan]));
  return reaching.filter((start) => {
    const next = beyond[lowerBound(beyond, start - timespan)];
    return next === undefined || next > start + timespan;
  });
}

/** Beginnings of the windows that begin with an item that is asked for, and hold. */
function holdingAhead(
  items: readonly Item[],
  timespan: Ticks,
  asked: ReadonlySet<number>,
  measure: Measure,
): readonly Ticks[] {
  const starts: Ticks[] = [];
  let oldest = 0;
  let next = 0;
  let last: Ticks | undefined;
  for (const { time: start, slot } of items) {
    if (!asked.has(slot) || start === last) continue;
    last = start;
    const end = start + timespan;
    for (let item = items[next]; item !== undefined && item.time <= end; item = items[++next]) measure.add(item);
    for (let old = items[oldest]; old !== undefined && old.time < start; old = items[++oldest]) measure.remove(old);
    if (measure.holds(start, end)) starts.push(start);
  }
  return starts;
}

/** Windows that share at least a moment belong together, and those between which detections were only counted. */
function runsOfStarts(starts: readonly Ticks[], timespan: Ticks, counted: Spread): readonly (readonly Ticks[])[] {
  const runs: Ticks[][] = [];
  for (const start of starts) {
    const current = runs.at(-1);
    const last = current?.at(-1);
    if (
      current !== undefined &&
      last !== undefined &&
      (start <= last + timespan || counted.covers(last + timespan, start, timespan))
    )
      current.push(start);
    else runs.push([start]);
  }
  return runs;
}
