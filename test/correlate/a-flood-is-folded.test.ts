import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Detection } from "../../model/detection.ts";
import type { Incident } from "../../model/incident.ts";
import type { CorrelationRule } from "../../rules/correlate/correlation-rule.ts";
import { Correlator } from "../../rules/correlate/correlator.ts";
import { concluding } from "../../rules/load.ts";
import { at, detection } from "./detections.ts";
import { rulesOf } from "./standard.ts";
import { incidentsOf, SEQUENCES } from "./story.ts";

/** What is concluded when a group holds at most so many detections. */
function folded(detections: readonly Detection[], most: number, rules: readonly CorrelationRule[] = SEQUENCES) {
  const correlator = new Correlator(rules, undefined, undefined, most);
  const logs = new Map(detections.map(({ event }) => [event.computer, event.channel]));
  for (const [computer, channel] of logs)
    correlator.addCoverage({ computer, channel, first: at(-200), last: at(4_000) });
  for (const one of detections) correlator.add(one);
  return { incidents: correlator.incidents(), count: correlator.folded };
}

/** So many failures of one kind from an hour on, evenly for so many hours. */
function flood(count: number, from: number, hours: number, fields: Readonly<Record<string, string>> = { Alert: "48" }) {
  return Array.from({ length: count }, (_, index) =>
    numbered(detection("tls_alert_received", from + (index * hours) / count, fields), index + 1),
  );
}

function numbered(one: Detection, recordId: number): Detection {
  return { ...one, id: `${one.rule.name} ${recordId}`, event: { ...one.event, recordId: BigInt(recordId) } };
}

/** What a person is told first. */
function gist({ id, state, severity, started, updated, strength, evidence }: Incident) {
  const steps = evidence.map(({ step, role, count, first, last }) => ({ step, role, count, first, last }));
  return { id, state, severity, started, updated, strength, steps };
}

const ROOT = { Thumbprint: "A".repeat(40) };
const CAUSE = [detection("root_added_by_auto_update", 0, ROOT), detection("host_started", 200)];

describe("a flood comes to what it would if all of it were held", () => {
  test.each([
    ["of a day", CAUSE, flood(5_000, 201, 20)],
    ["of a month", CAUSE, flood(5_000, 201, 30 * 24)],
    ["in one moment", CAUSE, flood(5_000, 201, 0)],
    [
      "that ends when the cause is taken back",
      [...CAUSE, detection("root_removed_by_auto_update", 220, ROOT), detection("host_started", 221)],
      flood(5_000, 201, 20),
    ],
    [
      "of two kinds",
      CAUSE,
      [
        ...flood(5_000, 201, 20),
        ...flood(50, 201.2, 20, { Alert: "46" }).map((one, index) => numbered(one, 6_000 + index)),
      ],
    ],
    ["that had begun before", CAUSE, flood(5_000, 100, 200)],
    [
      "that had begun, and grows by ten",
      CAUSE,
      [...flood(1_000, 30, 170), ...flood(9_000, 201, 24).map((one, index) => numbered(one, 2_000 + index))],
    ],
    [
      "that hides a few of another kind",
      CAUSE,
      [
        ...flood(5_000, 30, 300),
        ...flood(5, 201, 3, { Alert: "46" }).map((one, index) => numbered(one, 6_000 + index)),
      ],
    ],
  ])("%s", (_, cause, failures) => {
    const all = [...cause, ...failures];
    const { incidents, count } = folded(all, 600);
    expect(count).toBeGreaterThan(3_000);
    expect(incidents.map(gist)).toEqual(folded(all, 1_000_000).incidents.map(gist));
  });

  test("and says what it cost", () => {
    const all = [...CAUSE, ...flood(5_000, 201, 20)];
    const { incidents, count } = folded(all, 600);
    expect(incidents.map(({ verdict }) => verdict).join()).toContain(
      `${count.toLocaleString("en-US")} of its events came in a flood and were only counted.`,
    );
    expect(folded(all, 6_000).incidents).toEqual(
      incidentsOf(all, [{ computer: "EDGE01", channel: "System", first: at(-200), last: at(4_000) }]),
    );
  });

  test("and costs no cause that lies in wait", () => {
    const roots = Array.from({ length: 60 }, (_, index) =>
      numbered(
        detection("root_added_by_auto_update", 100, {
          Thumbprint: String(index).padStart(40, "0"),
          Name: `Root ${index}`,
        }),
        9_000 + index,
      ),
    );
    const { incidents } = folded([...flood(5_000, 0, 400), ...roots], 4_000);
    const [armed] = incidents.filter(({ state }) => state === "armed");
    expect(armed?.evidence[0]).toEqual(folded(roots, 4_000).incidents[0]?.evidence[0]);
    expect(armed?.evidence[0]?.count).toBe(60);
  });

  test("what comes again is counted once", () => {
    const all = [...CAUSE, ...flood(3_000, 201, 20)];
    expect(folded([...all, ...all.toReversed(), ...all], 600)).toEqual(folded(all, 600));
  });
});

test("whether failures rose with the restart is told as if all were held", () => {
  const input = fc.record({
    /** An hour, evenly. */
    before: fc.oneof(fc.constant(0), fc.integer({ min: 25, max: 100 })),
    // Not around twice as many, where a little decides.
    times: fc.constantFrom(0.5, 1, 1.5, 3, 5, 20),
    jitter: fc.integer({ min: 1, max: 97 }),
    kinds: fc.integer({ min: 1, max: 2 }),
    hours: fc.integer({ min: 24, max: 120 }),
  });
  fc.assert(
    fc.property(input, ({ before, times, jitter, kinds, hours }) => {
      const some = (perHour: number, from: number, long: number, number: number) =>
        Array.from({ length: Math.round(perHour * long) }, (_, at) => {
          const hour = from + (at + ((at * jitter) % 100) / 100) / perHour;
          return numbered(detection("tls_alert_received", hour, { Alert: String(at % kinds) }), number + at);
        });
      const all = [
        ...CAUSE,
        ...some(before, 10, 190, 1),
        ...some(before === 0 ? 100 : before * times, 200.1, hours, 100_000),
      ];
      const told = (incidents: readonly Incident[]) =>
        incidents.map(({ id, state, severity, started, strength }) => ({ id, state, severity, started, strength }));
      const failing = (incidents: readonly Incident[]) =>
        incidents[0]?.evidence.find(({ step }) => step === "failing")?.count ?? 0;
      const [held, whole] = [folded(all, 3_000).incidents, folded(all, 1_000_000).incidents];
      expect(told(held)).toEqual(told(whole));
      // A cell may lie on both sides of the restart.
      expect(Math.abs(failing(held) - failing(whole))).toBeLessThanOrEqual(0.1 * failing(whole));
    }),
    { numRuns: 20 },
  );
});

/** Rules with these correlations by computer, as `event_count, rules: [a], timespan: 1m, condition: { gte: 2 }`. */
function standard(...correlations: readonly string[]): readonly CorrelationRule[] {
  const texts = correlations.map(
    (text, index) =>
      `title: rule${index}\nname: rule${index}\nlevel: medium\ncorrelation: { group-by: [Computer], type: ${text} }`,
  );
  return concluding(rulesOf(texts.join("\n---\n")));
}

describe("of Sigma's own types", () => {
  const named = (name: string, all: readonly Detection[]) =>
    all.map((one) => ({
      ...one,
      id: `${name} ${one.id}`,
      rule: { id: name, name, title: name, level: "low" as const },
    }));
  /** One a minute for 20 days. */
  const slow = named("a", flood(28_800, 0, 480, { User: "bob", N: "2" }));

  test.each([
    ["event_count", "event_count, rules: [a], timespan: 1h, condition: { gte: 58 }", 1],
    ["event_count of more than there are", "event_count, rules: [a], timespan: 1h, condition: { gte: 70 }", 0],
    ["event_count in windows shorter than a cell", "event_count, rules: [a], timespan: 2m, condition: { gte: 5 }", 0],
    ["a range that it is in", "event_count, rules: [a], timespan: 1h, condition: { gte: 50, lte: 70 }", 1],
    ["a range that it goes beyond", "event_count, rules: [a], timespan: 1h, condition: { gte: 5, lte: 30 }", 0],
    ["value_sum", "value_sum, rules: [a], timespan: 1h, condition: { field: N, gte: 116 }", 1],
    ["value_sum of more than there is", "value_sum, rules: [a], timespan: 1h, condition: { field: N, gte: 140 }", 0],
    ["value_avg", "value_avg, rules: [a], timespan: 1h, condition: { field: N, gte: 2 }", 1],
    [
      "value_percentile",
      "value_percentile, rules: [a], timespan: 1h, condition: { field: N, percentile: 50, gte: 2 }",
      1,
    ],
  ])("%s", (_, text, incidents) => {
    const found = folded(slow, 300, standard(text));
    expect(found.count).toBeGreaterThan(28_000);
    expect(found.incidents.map(gist)).toEqual(folded(slow, 1_000_000, standard(text)).incidents.map(gist));
    expect(found.incidents).toHaveLength(incidents);
  });

  test("what was only counted is not absent", () => {
    const few = named(
      "c",
      flood(20, 1, 450).map((one, index) => numbered(one, 900_000 + index)),
    );
    const rules = standard(
      "temporal, timespan: 5m, condition: c and not a",
      "temporal_ordered, timespan: 5m, rules: [c, b, a], condition: c and b and not a",
    );
    expect(folded([...slow, ...few, ...named("b", few)], 300, rules).incidents).toEqual([]);
    expect(folded([...few, ...named("b", few)], 1_000, rules).incidents.length).toBeGreaterThan(0);
  });
});

const RULES = [
  "root_added_by_auto_update",
  "root_removed_by_auto_update",
  "host_started",
  "tls_alert_received",
  "tls_cipher_mismatch",
];
/** Fields follow from the number: one event has one value, by whatever road it comes. */
function plain(rule: string, minutes: number, copy = 0): Detection {
  const recordId = minutes * 256 + copy + 1;
  const fields = {
    Alert: recordId % 7 === 0 ? "46" : "48",
    Thumbprint: "AB"[recordId % 2]?.repeat(40) ?? "",
    N: String(recordId % 5),
  };
  return numbered(detection(rule, minutes / 60, fields), recordId);
}
const history = fc
  .tuple(
    fc.array(fc.record({ rule: fc.constantFrom(...RULES), minutes: fc.integer({ min: 0, max: 30_000 }) }), {
      maxLength: 30,
    }),
    fc.array(
      fc.record({
        rule: fc.constantFrom(...RULES),
        from: fc.integer({ min: 0, max: 20_000 }),
        count: fc.integer({ min: 1, max: 200 }),
        step: fc.constantFrom(0, 0.1, 1, 30),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([single, floods]) => [
    ...single.map(({ rule, minutes }) => plain(rule, minutes)),
    ...floods.flatMap(({ rule, from, count, step }) =>
      Array.from({ length: count }, (_, index) => plain(rule, from + Math.round(index * step), index)),
    ),
  ]);
const STANDARD = standard(
  "event_count, rules: [a, b], timespan: 20m, condition: { gte: 30 }",
  "value_count, rules: [a, b], timespan: 20m, condition: { field: N, gte: 3 }",
  "value_sum, rules: [a], timespan: 1h, condition: { field: N, gte: 50 }",
  "value_percentile, rules: [a], timespan: 1h, condition: { field: N, percentile: 75, gte: 3 }",
  "temporal, timespan: 20m, condition: a and not c",
  "temporal_ordered, rules: [a, b, c], timespan: 20m",
);
const LETTERS: Readonly<Record<string, string>> = {
  root_added_by_auto_update: "a",
  root_removed_by_auto_update: "b",
  host_started: "c",
  tls_alert_received: "a",
  tls_cipher_mismatch: "b",
};
const lettered = (all: readonly Detection[]) =>
  all.map((one) => {
    const name = LETTERS[one.rule.name] ?? "";
    return {
      ...one,
      id: `${name} ${one.event.recordId}`,
      rule: { id: name, name, title: name, level: "low" as const },
    };
  });

describe("what is folded is a view over the detections", () => {
  const input = history.chain((all) =>
    fc.record({
      all: fc.constant(all),
      other: fc.shuffledSubarray([...all, ...all.slice(0, 50)], { minLength: all.length + Math.min(50, all.length) }),
      most: fc.constantFrom(10, 40, 60, 100, 300),
    }),
  );

  test("in whatever order they come, and however often", () => {
    fc.assert(
      fc.property(input, ({ all, other, most }) => {
        expect(folded(other, most)).toEqual(folded(all, most));
      }),
      { numRuns: 100 },
    );
  });

  test("also where one more folds its rule", () => {
    const hourly = Array.from({ length: 35 }, (_, index) => plain("root_added_by_auto_update", index * 60));
    const atOnce = Array.from({ length: 7 }, (_, index) => plain("root_removed_by_auto_update", 600, index * 70));
    const first = folded(lettered([...atOnce, ...hourly]), 40, STANDARD);
    expect(folded(lettered([...hourly, ...atOnce]), 40, STANDARD)).toEqual(first);
  });

  test("of Sigma's own types too", () => {
    fc.assert(
      fc.property(input, ({ all, other, most }) => {
        expect(folded(lettered(other), most, STANDARD)).toEqual(folded(lettered(all), most, STANDARD));
      }),
      { numRuns: 100 },
    );
  });
});
