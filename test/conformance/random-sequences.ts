import fc from "fast-check";
import { asCases, type CorrelationCase } from "./random-correlations.ts";
import type { Case } from "./read-cases.ts";

const DETECTIONS = ["a", "b", "c", "u", "v"].map((name, at) => detection(name, { EventID: at + 1 }));
/** Matches some of what `a` matches. */
const ALSO_A = detection("also_a", { EventID: 1, Thumbprint: "x" });

const rulesOfStep = fc.constantFrom(["a"], ["b"], ["c"], ["a", "also_a"], ["b", "c"], ["v"]);
const within = fc.constantFrom("2s", "5s", "10s");
const plain = fc.record({ rules: rulesOfStep, within });
const counted = fc.record({ rules: rulesOfStep, within, count: fc.integer({ min: 2, max: 3 }) });
/** `v` may both arm and take back. */
const until = fc.constantFrom({ rules: ["u"] }, { rules: ["u", "v"], same: ["Thumbprint"] }, undefined);

const sequence = fc.oneof(
  fc.record({
    first: fc.constantFrom(["a"], ["a", "v"], ["also_a", "b"]),
    rest: fc.array(plain, { maxLength: 2 }),
    until,
  }),
  // When a counted outage has ended is a question of statistics, and not asked here.
  fc.record({
    first: fc.constantFrom(["a"], ["a", "v"]),
    rest: fc.oneof(fc.tuple(counted), fc.tuple(plain, counted), fc.tuple(counted, plain)),
    until: fc.constant(undefined),
  }),
);

const rule = fc
  .tuple(sequence, fc.constantFrom(["User"], ["Computer"], ["User", "Computer"]))
  .map(([{ first, rest, until }, groupBy]) => {
    const steps = [{ rules: first }, ...rest].map((step, at) => ({ state: `state${at}`, ...step }));
    return {
      title: "root",
      name: "root",
      correlation: { type: "sequence", "group-by": groupBy, steps, ...(until === undefined ? {} : { until }) },
      incident: {
        title: Object.fromEntries(steps.map(({ state }) => [state, state])),
        severity: Object.fromEntries(steps.map(({ state }) => [state, "low"])),
        advice: "none",
      },
    };
  });

/** Few seconds, and several logs, so that many events fall on one moment with and without an order. */
const event = fc.record(
  {
    ts: fc.nat({ max: 12 }),
    EventID: fc.constantFrom("1", "1", "2", "2", "3", "4", "5"),
    User: fc.constantFrom("bob", "BOB", "eve"),
    Thumbprint: fc.constantFrom("x", "X", "y"),
    Computer: fc.constantFrom("PC1", "pc1", "PC2"),
    Channel: fc.constantFrom("Application", "Security", "System"),
    number: fc.nat({ max: 9 }),
  },
  { requiredKeys: ["ts", "EventID", "Computer", "Channel", "number"] },
);
const eventSet = fc.array(event, { minLength: 2, maxLength: 14 }).map((events) =>
  events.map(({ number, ...fields }, place) => ({
    ...fields,
    id: `e${place + 1}`,
    // Not in the order in which they are listed.
    EventRecordID: String(number * 100 + place),
  })),
);

/** Random sequences, each over so many random sets of events. */
export function randomSequences(cases: number, sets: number, seed: number): readonly (readonly Case[])[] {
  const arbitrary = fc
    .tuple(rule, fc.array(eventSet, { minLength: sets, maxLength: sets }))
    .map(
      ([rule, sets]): CorrelationCase => ({ rules: [...DETECTIONS, ALSO_A, rule], root: "root", seenUntil: 50, sets }),
    );
  return fc.sample(arbitrary, { numRuns: cases, seed }).map((one) => asCases(one));
}

function detection(name: string, selection: object): object {
  return {
    title: name,
    name,
    logsource: { product: "windows" },
    detection: { selection, condition: "selection" },
    capture: { User: "User", Thumbprint: "Thumbprint" },
  };
}
