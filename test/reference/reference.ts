import type { Ticks } from "../../model/ticks.ts";
import { isTrue, namesIn, parseBooleanCondition } from "./boolean-condition.ts";
import type { CaseEvent, NumericCondition, PlainCorrelation, PlainDetection, PlainIncident } from "./correlation.ts";
import { decimalOf, fulfils, meanOf, percentileOf, sumOf } from "./decimal.ts";
import { type Hit, hitsOf, identityOf, isEventBefore, sourceOf } from "./hits.ts";

/**
 * What correlations come to, by the letter of docs/correlation.md: short, slow, and with nothing of the engine in it.
 * Everything is computed anew from the full list of events.
 *
 * @param seenUntil up to when the log of an event's computer and channel has been seen
 */
export function referenceIncidents(
  detections: readonly PlainDetection[],
  correlations: readonly PlainCorrelation[],
  events: readonly CaseEvent[],
  seenUntil: (event: CaseEvent) => Ticks,
): readonly PlainIncident[] {
  const rules = new Map(correlations.map((rule) => [rule.name, rule]));
  const hits = hitsOf(detections, events);
  const logs = [...Map.groupBy(events, sourceOf).values()].map((those): Log => {
    const [event] = those;
    const until = those.flatMap((one) => [one.time, seenUntil(one)]);
    return {
      computer: event?.computer.toLowerCase() ?? "",
      channel: event?.channel ?? "",
      seenUntil: until.reduce((latest, one) => (one > latest ? one : latest)),
    };
  });
  const channels = new Map(detections.map(({ name, channel }) => [name, channel]));
  const inner = new Set(correlations.flatMap(namesUsed));
  const generated = new Set(correlations.filter(({ generate }) => generate).flatMap(namesUsed));
  return correlations
    .filter(({ name }) => !inner.has(name) || generated.has(name))
    .flatMap((rule) => evaluate(rule, hits, { rules, channels, logs }))
    .map(({ rule, hits }) => ({ rule, events: [...new Set(hits.map(({ event }) => event.id))].sort() }));
}

/** What a correlation counts: a hit, or an incident of an inner correlation at one of the moments when it is there. */
interface Item {
  readonly rule: string;
  readonly time: Ticks;
  /** The same for one incident at all of its moments. */
  readonly identity: string;
  readonly hits: readonly Hit[];
  /** That of a hit; the incident of an inner correlation is none. */
  readonly event: CaseEvent | undefined;
  readonly fieldOf: (field: string) => string | undefined;
}

interface Window {
  readonly start: Ticks;
  readonly end: Ticks;
}

interface Found {
  readonly rule: string;
  readonly group: ReadonlyMap<string, string>;
  readonly windows: readonly Window[];
  readonly hits: readonly Hit[];
}

/** Of one computer and channel, of which some event has come. */
interface Log {
  readonly computer: string;
  readonly channel: string;
  readonly seenUntil: Ticks;
}

interface World {
  readonly rules: ReadonlyMap<string, PlainCorrelation>;
  /** Detection rule → the channel in which its events stand; undefined where that is any. */
  readonly channels: ReadonlyMap<string, string | undefined>;
  readonly logs: readonly Log[];
}

/** The incidents of one correlation over these hits. */
function evaluate(rule: PlainCorrelation, hits: readonly Hit[], world: World): readonly Found[] {
  const below = hits.filter((hit) => isBelow(rule, hit.rule, world));
  const groups = Map.groupBy(below, (hit) =>
    JSON.stringify(rule.groupBy.map((field) => fieldOf(hit, field, rule, world)?.toLowerCase() ?? "")),
  );
  return [...groups].flatMap(([key, members]) => {
    const values: readonly string[] = JSON.parse(key);
    if (values.includes("")) return [];
    const group = new Map(rule.groupBy.map((field, at) => [field, values[at] ?? ""]));
    const items = namesUsed(rule).flatMap((name) => itemsOf(name, rule, members, world));
    return conclude(rule, items, world).map((found) => ({ ...found, rule: rule.name, group }));
  });
}

function itemsOf(name: string, rule: PlainCorrelation, hits: readonly Hit[], world: World): readonly Item[] {
  const inner = world.rules.get(name);
  if (inner === undefined)
    return hits
      .filter((hit) => hit.rule === name)
      .map((hit) => ({
        rule: name,
        time: hit.event.time,
        identity: JSON.stringify([name, identityOf(hit.event)]),
        hits: [hit],
        event: hit.event,
        fieldOf: (field) => fieldOf(hit, field, rule, world),
      }));
  return evaluate(inner, hits, world).flatMap(({ group, windows, hits }) => {
    const identity = JSON.stringify([name, [...group], String(windows[0]?.start)]);
    const fieldOf = (field: string) => group.get(calledIn(rule, name, field));
    return windows.map(({ end }) => ({ rule: name, time: end, identity, hits, event: undefined, fieldOf }));
  });
}

/** The incidents of one rule in one group. */
function conclude(
  rule: PlainCorrelation,
  items: readonly Item[],
  world: World,
): readonly { readonly windows: readonly Window[]; readonly hits: readonly Hit[] }[] {
  const wanted = new Set(wantedNames(rule));
  const members = items.filter((item) => wanted.has(item.rule) && hasValues(rule, item));
  const negated = items.filter((item) => !wanted.has(item.rule));
  const windows = [...new Set(members.map(({ time }) => time))].sort(byTime).map((time) => windowAt(rule, time));
  const isBeyond = (window: Window) => isRange(rule) && !holds(upperBound(rule), within(window, members), []);
  const holding = windows.filter((window) => {
    const inside = within(window, members);
    const against = within(window, negated);
    if (!holds(rule, inside, against)) return false;
    if (windows.some((other) => isBeyond(other) && other.start <= window.end && window.start <= other.end))
      return false;
    return isFinal(rule) || isOver(rule, window, [...inside, ...against], world);
  });
  return runsOf(holding).map((windows) => ({
    windows,
    hits: windows.flatMap((window) => evidence(rule, within(window, members))).flatMap(({ hits }) => hits),
  }));
}

/** A bound above alone, or a `not`, looks at the window that begins with a detection, any other at the one that ends with it. */
function windowAt(rule: PlainCorrelation, time: Ticks): Window {
  return isAhead(rule) ? { start: time, end: time + rule.timespan } : { start: time - rule.timespan, end: time };
}

function isAhead(rule: PlainCorrelation): boolean {
  return !isFinal(rule) && !isRange(rule);
}

/** Whether nothing that comes later can undo it. */
function isFinal({ condition = {} }: PlainCorrelation): boolean {
  if (typeof condition === "string") return namesIn(parseBooleanCondition(condition)).every(({ negated }) => !negated);
  return ["lt", "lte", "eq", "neq"].every((operator) => !(operator in condition));
}

/** Whether it has a bound below and one above. */
function isRange({ condition = {} }: PlainCorrelation): boolean {
  const has = (...operators: readonly string[]) =>
    typeof condition === "object" && operators.some((operator) => operator in condition);
  return has("gt", "gte", "eq") && has("lt", "lte", "eq");
}

function upperBound(rule: PlainCorrelation): PlainCorrelation {
  if (typeof rule.condition !== "object") return rule;
  const { lt, lte, eq } = rule.condition;
  const bounds = { ...(lt === undefined ? {} : { lt }), ...(lte === undefined ? {} : { lte }) };
  return { ...rule, condition: eq === undefined ? bounds : { ...bounds, lte: eq } };
}

/** Nothing more is to be expected that could undo that the condition held: of the logs that its events stand in, and of others of their computers that may hold more. */
function isOver(rule: PlainCorrelation, { end }: Window, items: readonly Item[], world: World): boolean {
  const events = items.flatMap(({ hits }) => hits.map(({ event }) => event));
  const computers = new Set(events.map(({ computer }) => computer.toLowerCase()));
  const undoing =
    typeof rule.condition === "string"
      ? namesIn(parseBooleanCondition(rule.condition)).flatMap(({ name, negated }) => (negated ? [name] : []))
      : rule.rules;
  const leaves = [...world.channels.keys()].filter((leaf) =>
    undoing.some((name) => name === leaf || isUnder(name, leaf, world)),
  );
  const mayHold = ({ channel }: Log) => leaves.some((leaf) => (world.channels.get(leaf) ?? channel) === channel);
  return world.logs
    .filter((log) => computers.has(log.computer) && (mayHold(log) || events.some((event) => isOf(event, log))))
    .every(({ seenUntil }) => seenUntil > end + settling(rule, world));
}

function isOf(event: CaseEvent, { computer, channel }: Log): boolean {
  return event.computer.toLowerCase() === computer && event.channel === channel;
}

function isUnder(name: string, leaf: string, world: World): boolean {
  const rule = world.rules.get(name);
  return rule !== undefined && isBelow(rule, leaf, world);
}

/** How long after a window its overlapping ones end, and those of the inner correlations that may lie in it. */
function settling(rule: PlainCorrelation, world: World): Ticks {
  const inner = namesUsed(rule).flatMap((name) => world.rules.get(name) ?? []);
  const below =
    inner
      .map((one) => settling(one, world))
      .sort(byTime)
      .at(-1) ?? 0n;
  return isRange(rule) ? below + rule.timespan : below;
}

function within({ start, end }: Window, items: readonly Item[]): readonly Item[] {
  return items.filter(({ time }) => start <= time && time <= end);
}

/** Windows that overlap, be it in a single moment, are of one incident. They come in order of time. */
function runsOf(windows: readonly Window[]): readonly (readonly Window[])[] {
  const runs: Window[][] = [];
  for (const window of windows) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && window.start <= last.end) run.push(window);
    else runs.push([window]);
  }
  return runs;
}

function holds(rule: PlainCorrelation, items: readonly Item[], negated: readonly Item[]): boolean {
  const numbers: NumericCondition = typeof rule.condition === "object" ? rule.condition : {};
  const there = new Set([...items, ...negated].map((item) => item.rule));
  const values = () => items.map((item) => decimalOf(item.fieldOf(rule.fields[0] ?? "")) ?? 0n);
  switch (rule.type) {
    case "event_count":
      return fulfils(numbers, BigInt(new Set(items.map(({ identity }) => identity)).size), 1n);
    case "value_count":
      return fulfils(numbers, BigInt(new Set(items.map((item) => tupleOf(rule, item))).size), 1n);
    case "temporal":
      if (typeof rule.condition === "string")
        return isTrue(parseBooleanCondition(rule.condition), (name) => there.has(name));
      if (rule.condition !== undefined) return fulfils(numbers, BigInt(there.size), 1n);
      return rule.rules.every((name) => there.has(name));
    case "temporal_ordered":
      return negated.length === 0 && inChains(rule, items).length > 0;
    case "value_sum":
      return fulfils(numbers, sumOf(values()), 1_000_000_000n);
    case "value_avg":
      return fulfils(numbers, ...meanOf(values()));
    case "value_percentile":
      return fulfils(numbers, ...percentileOf(values(), decimalOf(rule.percentile) ?? 0n));
  }
}

/** What of a window that holds belongs to the incident. */
function evidence(rule: PlainCorrelation, items: readonly Item[]): readonly Item[] {
  return rule.type === "temporal_ordered" ? inChains(rule, items) : items;
}

/** Those items that are part of some chain: one of each rule in order, none before the one ahead of it. */
function inChains(rule: PlainCorrelation, items: readonly Item[]): readonly Item[] {
  const steps = wantedNames(rule).map((name) => items.filter((item) => item.rule === name));
  const forward = reachable(steps, (from, to) => !isBefore(to, from));
  const both = reachable(forward.toReversed(), (from, to) => !isBefore(from, to));
  return both.length === steps.length && both.every((step) => step.length > 0) ? both.flat() : [];
}

/** Of each step, what can be come to from some item of the step before. */
function reachable(
  steps: readonly (readonly Item[])[],
  follows: (from: Item, to: Item) => boolean,
): readonly (readonly Item[])[] {
  let before: readonly Item[] | undefined;
  return steps.map((step) => {
    const last = before;
    before = last === undefined ? step : step.filter((to) => last.some((from) => follows(from, to)));
    return before;
  });
}

/** The incident of an inner correlation has no place in the order of a log. */
function isBefore(a: Item, b: Item): boolean {
  return a.event === undefined || b.event === undefined ? a.time < b.time : isEventBefore(a.event, b.event);
}

function hasValues(rule: PlainCorrelation, item: Item): boolean {
  if (rule.type === "value_count") return rule.fields.every((field) => (item.fieldOf(field) ?? "") !== "");
  return rule.fields.every((field) => decimalOf(item.fieldOf(field)) !== undefined);
}

function tupleOf(rule: PlainCorrelation, item: Item): string {
  return JSON.stringify(rule.fields.map((field) => item.fieldOf(field)?.toLowerCase()));
}

/** The rules that a correlation refers to, in order. */
function namesUsed(rule: PlainCorrelation): readonly string[] {
  const inCondition =
    typeof rule.condition === "string" ? namesIn(parseBooleanCondition(rule.condition)).map(({ name }) => name) : [];
  return [...new Set([...rule.rules, ...inCondition])];
}

/** Those of them that it wants to be there. */
function wantedNames(rule: PlainCorrelation): readonly string[] {
  if (typeof rule.condition !== "string") return rule.rules;
  const wanted = namesIn(parseBooleanCondition(rule.condition)).filter(({ negated }) => !negated);
  const names = new Set(wanted.map(({ name }) => name));
  return namesUsed(rule).filter((name) => names.has(name));
}

function isBelow(rule: PlainCorrelation, name: string, world: World): boolean {
  return namesUsed(rule).some((used) => {
    const inner = world.rules.get(used);
    return inner === undefined ? used === name : isBelow(inner, name, world);
  });
}

/** The value of what a correlation calls by this name: by its aliases, and then by those of the inner correlation that the hit came through. */
function fieldOf(hit: Hit, field: string, rule: PlainCorrelation, world: World): string | undefined {
  for (const name of namesUsed(rule)) {
    const called = calledIn(rule, name, field);
    const inner = world.rules.get(name);
    if (inner === undefined && name === hit.rule) return hit.event.fields[called];
    if (inner !== undefined && isBelow(inner, hit.rule, world)) return fieldOf(hit, called, inner, world);
  }
  return undefined;
}

/** What a correlation's field is called in one of its rules. */
function calledIn(rule: PlainCorrelation, name: string, field: string): string {
  return rule.aliases[field]?.[name] ?? field;
}

function byTime(a: Ticks, b: Ticks): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
