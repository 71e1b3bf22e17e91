import fc from "fast-check";
import { type Case, casesOf } from "./read-cases.ts";

/** One correlation and the rules it is made of, with sets of events to run it over. */
export interface CorrelationCase {
  readonly rules: readonly object[];
  readonly root: string;
  /** Seconds up to which the log has been seen. */
  readonly seenUntil: number;
  readonly sets: readonly EventSet[];
}

/**
 * The same as cases of the suite, one a set of events.
 *
 * @param logs log → seconds up to which it has been seen, where that is less or more than the others
 */
export function asCases(
  { rules, seenUntil, sets }: CorrelationCase,
  logs: Readonly<Record<string, number>> = {},
): readonly Case[] {
  const cases = sets.map((events, at) => ({
    name: String(at),
    why: "random",
    "seen-until": { PC1: seenUntil, PC2: seenUntil, pc1: seenUntil, ...logs },
    events: Object.fromEntries(events.map(({ id, ts, ...fields }) => [id, { at: String(ts), ...fields }])),
  }));
  const file = { topic: "random", rules, cases };
  return casesOf(asTexts(file), file, "random");
}

function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value !== "object" || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asTexts(inner)]));
}

export type EventSet = readonly Readonly<Record<string, string | number>>[];

/** What the rules of these cases can ask for. No event has `who`: it is an alias. */
export const EVENT_FIELDS = ["EventID", "User", "Domain", "Bytes", "Computer", "Channel", "EventRecordID", "who"];

const DETECTIONS = [
  detection("a", { EventID: 1 }),
  detection("b", { EventID: 2 }),
  detection("c", { EventID: 3 }),
  // Matches some of what `a` matches.
  detection("also_a", { EventID: 1, Domain: "x" }),
];

const SPAN = 10;

/** `who` is the user of one rule and the domain of another. */
const WHO = { a: "User", also_a: "User", b: "Domain" };

/** Few seconds, users and rules, so that events fall on one moment, on both ends of a window, and just outside. */
const event = fc.record({
  at: fc.nat({ max: 30 }),
  EventID: fc.constantFrom("1", "2", "3"),
  User: fc.constantFrom("bob", "BOB", "eve", "müller", "MÜLLER", "", undefined),
  Domain: fc.constantFrom("x", "y", undefined),
  Bytes: fc.constantFrom("1", "2", "5", "-3", "0.5", "2.25", "many", undefined),
  Computer: fc.constantFrom("PC1", "PC1", "PC2"),
});

/** Without what one engine takes for a value and another does not. */
const plainEvent = event.map((event) => ({
  ...event,
  User: event.User?.startsWith("b") ? event.User : "eve",
  Domain: event.Domain ?? "x",
  Bytes: event.Bytes === undefined || event.Bytes === "many" ? "1" : event.Bytes,
}));

const eventSet = fc
  .oneof(
    { weight: 3, arbitrary: fc.array(plainEvent, { minLength: 4, maxLength: 10 }) },
    { weight: 1, arbitrary: fc.array(event, { minLength: 4, maxLength: 10 }) },
  )
  .map((events) =>
    events.map(({ at, ...fields }, place) => ({
      ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
      id: `e${place + 1}`,
      ts: at,
      Channel: "Security",
      EventRecordID: String(place + 1),
    })),
  );

const groupBy = fc.constantFrom<readonly string[]>([], [], ["User"], ["Computer"], ["User", "Computer"], ["who"]);
const someRules = fc.constantFrom(
  ["a"],
  ["a", "b"],
  ["a", "b", "c"],
  ["b", "a"],
  ["c", "b"],
  ["a", "also_a"],
  ["also_a", "b"],
);
const atLeast = fc.oneof(
  fc.integer({ min: 1, max: 4 }).map((gte) => ({ gte })),
  fc.integer({ min: 0, max: 3 }).map((gt) => ({ gt })),
);
const bounded = fc.oneof(
  fc.integer({ min: 2, max: 4 }).map((lt) => ({ lt })),
  fc.integer({ min: 1, max: 3 }).map((lte) => ({ lte })),
  fc.integer({ min: 1, max: 3 }).map((eq) => ({ eq })),
  fc.integer({ min: 1, max: 3 }).map((neq) => ({ neq })),
  fc.integer({ min: 1, max: 2 }).map((gte) => ({ gte, lte: gte + 1 })),
);
const count = fc.oneof({ weight: 4, arbitrary: atLeast }, { weight: 1, arbitrary: bounded });
const number = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0.5, 1, 2, 2.5, 4, 8).map((gte) => ({ gte })) },
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 2, 5).map((gt) => ({ gt })) },
  { weight: 1, arbitrary: fc.constantFrom({ gte: 1, lte: 4 }, { gt: 0, lt: 5 }, { eq: 2 }, { lt: 3 }) },
);
const expression = fc.constantFrom(
  "a and b",
  "a or b",
  "a and (b or c)",
  "a or b and c",
  "(a or b) and c",
  "a and not b",
  "a and b and not c",
  "a and not (b or c)",
  "(a or b) and not c",
  "a and b or a and not c",
);

const correlation = fc.oneof(
  fc.record({ type: fc.constant("event_count"), rules: someRules, condition: count }),
  fc.record({
    type: fc.constant("value_count"),
    rules: someRules,
    condition: fc
      .tuple(fc.constantFrom<string | string[]>("User", "Domain", "Computer", "who", ["User", "Domain"]), count)
      .map(([field, count]) => ({ field, ...count })),
  }),
  fc.record({ type: fc.constant("temporal"), rules: someRules }),
  fc.record({ type: fc.constant("temporal"), rules: someRules, condition: count }),
  fc.record({ type: fc.constant("temporal"), condition: expression }),
  fc.record({ type: fc.constant("temporal_ordered"), rules: someRules }),
  fc.record({
    type: fc.constant("temporal_ordered"),
    condition: fc.constantFrom("a and b", "b and c and a", "a and b and not c", "a and not b"),
  }),
  fc.record({
    type: fc.constantFrom("value_sum", "value_avg"),
    rules: someRules,
    condition: number.map((number) => ({ field: "Bytes", ...number })),
  }),
  fc.record({
    type: fc.constant("value_percentile"),
    rules: someRules,
    condition: fc
      .tuple(fc.constantFrom(0, 25, 50, 90, 100), number)
      .map(([percentile, number]) => ({ field: "Bytes", percentile, ...number })),
  }),
);

const single = fc
  .tuple(correlation, groupBy)
  .map(([correlation, groupBy]) => ({ rules: [...DETECTIONS, rule("root", correlation, groupBy)], root: "root" }));

/** A count, and what it is part of. */
const chain = fc
  .tuple(
    fc.record({ type: fc.constant("event_count"), rules: fc.constantFrom(["a"], ["a", "c"]), condition: count }),
    fc.constantFrom(
      { type: "temporal_ordered", rules: ["inner", "b"] },
      { type: "temporal", rules: ["inner", "b"] },
      { type: "event_count", rules: ["inner"], condition: { gte: 2 } },
      { type: "temporal", condition: "b and not inner" },
    ),
    groupBy,
    groupBy,
    fc.boolean(),
  )
  .map(([inner, outer, innerGroupBy, groupBy, generate]) => ({
    rules: [...DETECTIONS, rule("inner", inner, innerGroupBy), rule("root", { ...outer, generate }, groupBy)],
    root: "root",
  }));

/** Random correlations, each over so many random sets of events. */
export function randomCorrelations(cases: number, sets: number, seed: number): readonly CorrelationCase[] {
  const rules = fc.oneof({ weight: 8, arbitrary: single }, { weight: 1, arbitrary: chain });
  const arbitrary = fc
    .tuple(rules, fc.integer({ min: 30, max: 50 }), fc.array(eventSet, { minLength: sets, maxLength: sets }))
    .map(([rules, seenUntil, sets]) => ({ ...rules, seenUntil, sets }));
  return fc.sample(arbitrary, { numRuns: cases, seed });
}

function detection(name: string, selection: object): object {
  return { title: name, name, logsource: { product: "windows" }, detection: { selection, condition: "selection" } };
}

function rule(name: string, correlation: object, groupBy: readonly string[]): object {
  const grouped = groupBy.length === 0 ? {} : { "group-by": groupBy };
  const names: readonly string[] = JSON.stringify(correlation).match(/\w+/g) ?? [];
  const who = Object.fromEntries(Object.entries(WHO).filter(([rule]) => names.includes(rule)));
  const aliases = Object.keys(who).length === 0 ? {} : { aliases: { who } };
  return { title: name, name, correlation: { ...correlation, ...grouped, timespan: `${SPAN}s`, ...aliases } };
}
