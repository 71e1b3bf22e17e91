import type { Ticks } from "../../model/ticks.ts";
import { isAhead, isFinal, isOver, isRange, upperBound } from "./absence.ts";
import { branchesOf, isTrue, parseBooleanCondition } from "./boolean-condition.ts";
import { inChains } from "./chains.ts";
import type { CaseEvent, NumericCondition, PlainCorrelation, PlainDetection, PlainIncident } from "./correlation.ts";
import { type Decimal, decimalOf, fulfils, meanOf, percentileOf, sumOf } from "./decimal.ts";
import type { Decision } from "./decisions.ts";
import { type Hit, hitsOf, identityOf, sourceOf } from "./hits.ts";
import { calledIn, isBelow, namesUsed, wantedNames } from "./names.ts";
import type { Item, Log, Window, World } from "./world.ts";

/**
 * What correlations come to, by the letter of docs/correlation.md: short, slow, and with nothing of the engine in it.
 * Everything is computed anew from the full list of events.
 *
 * @param seenUntil up to when the log of an event's computer and channel has been seen
 * @param theirs decisions that are to be taken as pySigma takes them
 */
export function referenceIncidents(
  detections: readonly PlainDetection[],
  correlations: readonly PlainCorrelation[],
  events: readonly CaseEvent[],
  seenUntil: (event: CaseEvent) => Ticks,
  theirs: ReadonlySet<Decision> = new Set(),
): readonly PlainIncident[] {
  const rules = new Map(correlations.map((rule) => [rule.name, rule]));
  const hits = hitsOf(detections, events);
  const channels = new Map(detections.map(({ name, channel }) => [name, channel]));
  const logs = logsOf(events, seenUntil);
  const inner = new Set(correlations.flatMap(namesUsed));
  const generated = new Set(correlations.filter(({ generate }) => generate).flatMap(namesUsed));
  return correlations
    .filter(({ name }) => !inner.has(name) || generated.has(name))
    .flatMap((rule) => evaluate(rule, hits, { rules, channels, logs, theirs }))
    .map(({ rule, hits }) => ({ rule, events: [...new Set(hits.map(({ event }) => event.id))].sort() }));
}

function logsOf(events: readonly CaseEvent[], seenUntil: (event: CaseEvent) => Ticks): readonly Log[] {
  return [...Map.groupBy(events, sourceOf).values()].map((those) => {
    const [event] = those;
    const until = those.flatMap((one) => [one.time, seenUntil(one)]);
    return {
      computer: event?.computer.toLowerCase() ?? "",
      channel: event?.channel ?? "",
      seenUntil: until.reduce((latest, one) => (one > latest ? one : latest)),
    };
  });
}

/** A window in which the condition holds, and what of it is evidence. */
interface Holding extends Window {
  readonly hits: readonly Hit[];
}

interface Found {
  readonly rule: string;
  readonly group: ReadonlyMap<string, string>;
  readonly windows: readonly Holding[];
  readonly hits: readonly Hit[];
}

/** The incidents of one correlation over these hits. */
function evaluate(rule: PlainCorrelation, hits: readonly Hit[], world: World): readonly Found[] {
  const below = hits.filter((hit) => isBelow(rule, hit.rule, world.rules));
  return groupsOf(rule, below, world).flatMap(({ values, items }) => {
    const isMissing = (value: string | null) => value === null || (value === "" && !world.theirs.has(EMPTY));
    if (values.some(isMissing)) return [];
    const group = new Map(rule.groupBy.map((field, at) => [field, values[at] ?? ""]));
    return conclude(rule, items, world).map((found) => ({ ...found, rule: rule.name, group }));
  });
}

const EMPTY: Decision = "an empty text is no key and no value";
const INNER: Decision = "an incident of an inner correlation is one, within the outer group";

interface Group {
  readonly values: readonly (string | null)[];
  readonly items: readonly Item[];
}

/** An inner correlation is looked at within each group; pySigma looks at it over all, and puts its alerts in groups. */
function groupsOf(rule: PlainCorrelation, hits: readonly Hit[], world: World): readonly Group[] {
  const keyOf = (fieldOf: (field: string) => string | undefined) =>
    JSON.stringify(rule.groupBy.map((field) => folded(fieldOf(field), world) ?? null));
  const itemsIn = (members: readonly Hit[]) => namesUsed(rule).flatMap((name) => itemsOf(name, rule, members, world));
  const groups = world.theirs.has(INNER)
    ? Map.groupBy(itemsIn(hits), ({ fieldOf }) => keyOf(fieldOf))
    : new Map(
        [...Map.groupBy(hits, (hit) => keyOf((field) => fieldOf(hit, field, rule, world)))].map(([key, members]) => [
          key,
          itemsIn(members),
        ]),
      );
  return [...groups].map(([key, items]) => ({ values: JSON.parse(key), items }));
}

function itemsOf(name: string, rule: PlainCorrelation, hits: readonly Hit[], world: World): readonly Item[] {
  const inner = world.rules.get(name);
  if (inner === undefined)
    return hits
      .filter((hit) => hit.rule === name)
      .map((hit) => ({
        rule: name,
        time: hit.event.time,
        identity: JSON.stringify([world.theirs.has(TWICE) ? "" : name, identityOf(hit.event)]),
        hits: [hit],
        event: hit.event,
        fieldOf: (field) => fieldOf(hit, field, rule, world),
      }));
  return evaluate(inner, hits, world).flatMap(({ group, windows, hits }) => {
    if (world.theirs.has(INNER)) return windows.flatMap((window) => alertItems(rule, name, group, window));
    const identity = JSON.stringify([name, [...group], String(windows[0]?.start)]);
    const fieldOf = (field: string) => group.get(calledIn(rule, name, field));
    return windows.map(({ end }) => ({ rule: name, time: end, identity, hits, event: undefined, fieldOf }));
  });
}

const TWICE: Decision = "an event that two rules match is two detections";

/** pySigma has an alert a window, in the group of each event of it. */
function alertItems(
  rule: PlainCorrelation,
  name: string,
  group: Found["group"],
  { start, end, hits }: Holding,
): readonly Item[] {
  const identity = JSON.stringify([name, [...group], String(start)]);
  return hits.map(({ event }) => {
    const fieldOf = (field: string) => {
      const called = calledIn(rule, name, field);
      return group.get(called) ?? event.fields[called];
    };
    return { rule: name, time: end, identity, hits, event: undefined, fieldOf };
  });
}

/** The incidents of one rule in one group. */
function conclude(
  rule: PlainCorrelation,
  items: readonly Item[],
  world: World,
): readonly { readonly windows: readonly Holding[]; readonly hits: readonly Hit[] }[] {
  const holding = branchesIn(rule, world).flatMap((branch) => holdingWindows(branch, items, world));
  return runsOf(holding).map((windows) => ({ windows, hits: windows.flatMap(({ hits }) => hits) }));
}

const BRANCHES: Decision = "each branch of an or looks for itself";

/** The rule; pySigma takes each branch of a boolean condition for one. */
function branchesIn(rule: PlainCorrelation, { theirs }: World): readonly PlainCorrelation[] {
  if (rule.type !== "temporal" || typeof rule.condition !== "string" || !theirs.has(BRANCHES)) return [rule];
  return branchesOf(parseBooleanCondition(rule.condition)).map(({ present, absent }) => ({
    ...rule,
    rules: [],
    condition: [...present, ...absent.map((name) => `not ${name}`)].join(" and "),
  }));
}

function holdingWindows(rule: PlainCorrelation, items: readonly Item[], world: World): readonly Holding[] {
  const wanted = new Set(wantedNames(rule));
  const used = new Set(namesUsed(rule));
  const members = items.filter((item) => wanted.has(item.rule) && takesPart(rule, item, world));
  const negated = items.filter((item) => used.has(item.rule) && !wanted.has(item.rule));
  // Of a branch that looks back, a window ends with whatever the whole condition names.
  const anchors = world.theirs.has(BRANCHES) && !isAhead(rule, world) ? items : members;
  const windows = [...new Set(anchors.map(({ time }) => time))].map((time) => windowAt(rule, time, world));
  const beyond = isRange(rule, world)
    ? windows.filter((window) => !holds(upperBound(rule), within(window, members), [], world))
    : [];
  return windows.flatMap((window): readonly Holding[] => {
    const inside = within(window, members);
    const against = within(window, negated);
    if (!holds(rule, inside, against, world)) return [];
    if (beyond.some((other) => other.start <= window.end && window.start <= other.end)) return [];
    if (!isFinal(rule, world) && !isOver(rule, window, [...inside, ...against], world)) return [];
    return [{ ...window, hits: evidence(rule, inside, world).flatMap(({ hits }) => hits) }];
  });
}

/** A bound above alone, or a `not`, looks at the window that begins with a detection, any other at the one that ends with it. */
function windowAt(rule: PlainCorrelation, time: Ticks, world: World): Window {
  return isAhead(rule, world) ? { start: time, end: time + rule.timespan } : { start: time - rule.timespan, end: time };
}

function within({ start, end }: Window, items: readonly Item[]): readonly Item[] {
  return items.filter(({ time }) => start <= time && time <= end);
}

/** Windows that overlap, be it in a single moment, are of one incident. */
function runsOf(windows: readonly Holding[]): readonly (readonly Holding[])[] {
  const runs: { end: Ticks; readonly windows: Holding[] }[] = [];
  for (const window of windows.toSorted((a, b) => byTime(a.start, b.start))) {
    const run = runs.at(-1);
    if (run === undefined || window.start > run.end) runs.push({ end: window.end, windows: [window] });
    else {
      run.windows.push(window);
      if (window.end > run.end) run.end = window.end;
    }
  }
  return runs.map(({ windows }) => windows);
}

function holds(rule: PlainCorrelation, items: readonly Item[], negated: readonly Item[], world: World): boolean {
  const numbers: NumericCondition = typeof rule.condition === "object" ? rule.condition : {};
  const there = new Set([...items, ...negated].map((item) => item.rule));
  const tuples = () =>
    new Set(items.filter((item) => hasValues(rule, item, world)).map((i) => tupleOf(rule, i, world)));
  const values = valuesOf(rule, items, world);
  switch (rule.type) {
    case "event_count":
      return fulfils(numbers, BigInt(new Set(items.map(({ identity }) => identity)).size), 1n);
    case "value_count":
      return fulfils(numbers, BigInt(tuples().size), 1n);
    case "temporal":
      if (typeof rule.condition === "string")
        return isTrue(parseBooleanCondition(rule.condition), (name) => there.has(name));
      if (rule.condition !== undefined) return fulfils(numbers, BigInt(there.size), 1n);
      return rule.rules.every((name) => there.has(name));
    case "temporal_ordered":
      return negated.length === 0 && inChains(rule, items, world).length > 0;
    case "value_sum":
      return values.length > 0 && fulfils(numbers, sumOf(values), 1_000_000_000n);
    case "value_avg":
      return values.length > 0 && fulfils(numbers, ...meanOf(values));
    case "value_percentile":
      return values.length > 0 && fulfils(numbers, ...percentileOf(values, decimalOf(rule.percentile) ?? 0n));
  }
}

/** The numbers that a window has; an event that two rules match has one of each rule. */
function valuesOf(rule: PlainCorrelation, items: readonly Item[], { theirs }: World): readonly Decimal[] {
  const found = items.flatMap((item) => {
    const value = decimalOf(item.fieldOf(rule.fields[0] ?? ""));
    return value === undefined ? [] : [{ value, key: `${item.identity} ${value}` }];
  });
  if (!theirs.has(TWICE)) return found.map(({ value }) => value);
  return [...new Map(found.map(({ key, value }) => [key, value])).values()];
}

/** What of a window that holds belongs to the incident. */
function evidence(rule: PlainCorrelation, items: readonly Item[], world: World): readonly Item[] {
  if (rule.type.startsWith("value_") && rule.type !== "value_count")
    return items.filter((item) => hasValues(rule, item, world));
  return rule.type === "temporal_ordered" ? inChains(rule, items, world) : items;
}

function takesPart(rule: PlainCorrelation, item: Item, world: World): boolean {
  return world.theirs.has("an event without the value is no part of it") || hasValues(rule, item, world);
}

function hasValues(rule: PlainCorrelation, item: Item, { theirs }: World): boolean {
  const values = rule.fields.map(item.fieldOf);
  if (rule.type !== "value_count") return values.every((value) => decimalOf(value) !== undefined);
  return values.every((value) => value !== undefined && (value !== "" || theirs.has(EMPTY)));
}

function tupleOf(rule: PlainCorrelation, item: Item, world: World): string {
  return JSON.stringify(rule.fields.map((field) => folded(item.fieldOf(field), world)));
}

/** As texts are compared; pySigma's SQLite knows the case of ASCII only. */
function folded(text: string | undefined, { theirs }: World): string | undefined {
  if (!theirs.has("letters beyond ASCII have a case")) return text?.toLowerCase();
  return text?.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The value of what a correlation calls by this name: by its aliases, and then by those of the inner correlation that the hit came through. */
function fieldOf(hit: Hit, field: string, rule: PlainCorrelation, world: World): string | undefined {
  for (const name of namesUsed(rule)) {
    const called = calledIn(rule, name, field);
    const inner = world.rules.get(name);
    if (inner === undefined && name === hit.rule) return hit.event.fields[called];
    if (inner !== undefined && isBelow(inner, hit.rule, world.rules)) return fieldOf(hit, called, inner, world);
  }
  return undefined;
}

function byTime(a: Ticks, b: Ticks): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
