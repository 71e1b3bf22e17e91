import { expect, test } from "vitest";
import { predicted } from "../../scripts/conform-pysigma/correlations.ts";
import { decisionsBetween } from "../../scripts/conform-pysigma/decisions-between.ts";
import { DECISIONS } from "../reference/decisions.ts";
import { asCases } from "./random-correlations.ts";
import { incidentsByEngine } from "./through-the-engine.ts";

type Event = readonly [ts: number, id: string, fields?: Readonly<Record<string, string>>];

/** What a rule comes to here, with events that are called for the rule that they match, and what explains that pySigma comes to something else. */
function compared(correlation: object, events: readonly Event[], theirs: string) {
  const detection = (name: string, selection: object) => ({
    title: name,
    name,
    logsource: { product: "windows" },
    detection: { selection, condition: "selection" },
  });
  const rules = [
    ...["a", "b", "c"].map((name) => detection(name, { EventID: name })),
    detection("also_a", { EventID: "a" }),
    {
      title: "many",
      name: "many",
      correlation: { type: "event_count", rules: ["a"], timespan: "10s", condition: { gte: 2 } },
    },
    { title: "root", name: "root", correlation: { timespan: "10s", ...correlation } },
  ];
  const set = events.map(([ts, id, fields = {}], at) => ({
    ...{ id, ts, EventID: id.charAt(0), Computer: `PC${at + 1}`, Channel: "Security", EventRecordID: "1" },
    ...fields,
  }));
  const [one] = asCases({ rules, root: "root", seenUntil: 100, sets: [set] });
  if (one === undefined) throw new Error("no case");
  const ours = incidentsByEngine(one)
    .flatMap(({ rule, events }) => (rule === "root" ? [events.join(" ")] : []))
    .join(" | ");
  const predict = (decisions: ReadonlySet<(typeof DECISIONS)[number]>) =>
    predicted("root", one, decisions).toSorted().join(" | ");
  return { ours, decisions: decisionsBetween(ours, theirs, DECISIONS, predict) };
}

const bob = { User: "bob" };

/** pySigma's answers are those of the table in docs/correlation.md, "Where pySigma differs". */
test.each<[decision: string, correlation: object, events: readonly Event[], ours: string, theirs: string]>([
  [
    "an upper bound looks ahead",
    { type: "event_count", rules: ["a"], condition: { lt: 2 } },
    [
      [0, "a1"],
      [5, "a2"],
    ],
    "a2",
    "a1",
  ],
  [
    "an upper bound looks ahead",
    { type: "event_count", rules: ["a"], condition: { eq: 2 } },
    [
      [0, "a1"],
      [1, "a2"],
      [2, "a3"],
    ],
    "",
    "a1 a2",
  ],
  [
    "absence waits for a watermark behind the window's end",
    { type: "temporal", condition: "a and not b" },
    [[90, "a1"]],
    "",
    "a1",
  ],
  [
    "each branch of an or looks for itself",
    { type: "temporal", condition: "a or b and c" },
    [
      [0, "a1"],
      [0, "b1"],
    ],
    "a1 b1",
    "a1",
  ],
  [
    "equal times are in order either way, or by record number",
    { type: "temporal_ordered", rules: ["a", "b"] },
    [
      [0, "a1"],
      [0, "b1"],
    ],
    "a1 b1",
    "",
  ],
  [
    "all chains are evidence",
    { type: "temporal_ordered", rules: ["a", "b"] },
    [
      [0, "a1"],
      [1, "a2"],
      [2, "b1"],
    ],
    "a1 a2 b1",
    "a1 b1",
  ],
  [
    "an event that two rules match is two detections",
    { type: "event_count", rules: ["a", "also_a"], condition: { gte: 2 } },
    [[0, "a1"]],
    "a1",
    "",
  ],
  [
    "an event without the value is no part of it",
    { type: "value_count", rules: ["a"], condition: { field: "User", gte: 1 } },
    [
      [0, "a1", bob],
      [5, "a2"],
    ],
    "a1",
    "a1 a2",
  ],
  [
    "an empty text is no key and no value",
    { type: "event_count", rules: ["a"], "group-by": ["User"], condition: { gte: 1 } },
    [[0, "a1", { User: "" }]],
    "",
    "a1",
  ],
  [
    "letters beyond ASCII have a case",
    { type: "event_count", rules: ["a"], "group-by": ["User"], condition: { gte: 2 } },
    [
      [0, "a1", { User: "MÜLLER" }],
      [1, "a2", { User: "müller" }],
    ],
    "a1 a2",
    "",
  ],
  [
    "an incident of an inner correlation is one, within the outer group",
    { type: "event_count", rules: ["many"], condition: { gte: 2 } },
    [
      [0, "a1"],
      [1, "a2"],
      [2, "a3"],
    ],
    "",
    "a1 a2 a3",
  ],
])("%s", (decision, correlation, events, ours, theirs) => {
  expect(compared(correlation, events, theirs)).toEqual({ ours, decisions: [decision] });
  expect(compared(correlation, events, ours).decisions, "the decision is said to make a difference").toBeUndefined();
  expect(compared(correlation, events, `${theirs} x1`).decisions, "it excuses that difference alone").toBeUndefined();
});
