import fc from "fast-check";
import { expect, test } from "vitest";
import type { Incident } from "../../model/incident.ts";
import { HOUR } from "../../model/ticks.ts";
import { concluding } from "../../rules/load.ts";
import { followed, type Given } from "./followed.ts";
import { detection, rulesOf, seconds } from "./standard.ts";

/** One of every type, with absence, aliases and a chain. */
const RULES = concluding(
  rulesOf(
    [
      "{ type: event_count, rules: [a, b], group-by: [User], timespan: 20s, condition: { gte: 3 }, generate: true }",
      "{ type: event_count, rules: [a], group-by: [User], timespan: 20s, condition: { gt: 1, lt: 4 } }",
      "{ type: value_count, rules: [a, b], group-by: [Computer], timespan: 20s, condition: { field: User, gte: 2 } }",
      "{ type: value_sum, rules: [a], timespan: 20s, condition: { field: N, gte: 7.5 } }",
      "{ type: value_avg, rules: [a], group-by: [User], timespan: 20s, condition: { field: N, gt: 3 } }",
      "{ type: value_percentile, rules: [a, b], group-by: [User], timespan: 20s, condition: { field: N, percentile: 75, gte: 4 } }",
      "{ type: temporal, rules: [a, b, c], group-by: [User], timespan: 20s }",
      "{ type: temporal, group-by: [User], timespan: 20s, condition: a and (b or d) and not c }",
      "{ type: temporal_ordered, rules: [a, b, c], group-by: [who], timespan: 20s, aliases: { who: { c: Other } } }",
      "{ type: temporal_ordered, group-by: [User], timespan: 20s, condition: a and b and not d }",
      "{ type: temporal_ordered, rules: [rule0, d], group-by: [User], timespan: 60s, generate: true }",
      "{ type: event_count, rules: [rule0], group-by: [Computer], timespan: 60s, condition: { gte: 2 } }",
    ]
      .map((text, at) => `title: rule${at}\nname: rule${at}\nlevel: medium\ncorrelation: ${text}`)
      .join("\n---\n"),
  ),
);

const someDetection = fc
  .record({
    rule: fc.constantFrom("a", "a", "b", "c", "d"),
    at: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 300 })),
    rest: fc.constantFrom(
      "User=x Other=y Record=1",
      "User=X Record=2 Other=X",
      "User=y Record=0",
      "Other=x",
      "User=y Other=y",
    ),
    where: fc.constantFrom("Computer=H1", "Computer=h1", "Computer=H2", "Computer=H1 Channel=Security"),
    N: fc.constantFrom("1", "2.5", "-1", "9", "none"),
  })
  .map(({ rule, at, rest, where, N }): Given => ({ detection: detection(`${rule} ${at} ${rest} ${where} N=${N}`) }));
const someCoverage = fc
  .record({
    computer: fc.constantFrom("H1", "H2", "h1"),
    channel: fc.constantFrom("System", "Security"),
    last: fc.integer({ min: 0, max: 400 }),
  })
  .map(({ last, ...log }): Given => ({ coverage: { ...log, first: seconds(0), last: seconds(last) } }));
const given = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: someDetection },
    { weight: 2, arbitrary: someCoverage },
    { weight: 1, arbitrary: fc.constant<Given>("conclude") },
  ),
  { minLength: 1, maxLength: 50 },
);

function byId(incidents: readonly Incident[]): readonly Incident[] {
  return incidents.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function standing(all: readonly Given[], partitions = 1, lateness = 0n): readonly Incident[] {
  return byId([...followed(RULES, all, partitions, lateness).values()].flat());
}

test("in whatever order they come, and any of them twice", () => {
  const again = given.chain((all) =>
    fc.subarray(all).chain((twice) => {
      const delivered = [...all, ...twice];
      return fc.tuple(fc.constant(all), fc.shuffledSubarray(delivered, { minLength: delivered.length }));
    }),
  );
  fc.assert(
    fc.property(again, ([all, delivered]) => {
      expect(standing(delivered)).toEqual(standing(all));
    }),
    { numRuns: 150 },
  );
});

test("however they are split among processes, and where those are started again: what was stored is read back in another order, and some comes again", () => {
  const split = given.chain((all) =>
    fc.nat({ max: all.length }).chain((cut) =>
      fc.record({
        all: fc.constant(all),
        stored: fc.shuffledSubarray(all.slice(0, cut), { minLength: cut }),
        rest: fc.nat({ max: cut }).map((from) => all.slice(from)),
        partitions: fc.integer({ min: 1, max: 4 }),
      }),
    ),
  );
  fc.assert(
    fc.property(split, ({ all, stored, rest, partitions }) => {
      const atOnce = standing(all.filter((one) => one !== "conclude"));
      expect(standing(all, partitions)).toEqual(atOnce);
      expect(standing([...structuredClone(stored), ...rest], partitions)).toEqual(atOnce);
    }),
    { numRuns: 150 },
  );
});

test("lateness puts absence off, and changes nothing once the logs have gone on for as long", () => {
  const over = ["H1", "H2"].flatMap((computer) =>
    ["System", "Security"].map(
      (channel): Given => ({
        coverage: { computer, channel, first: seconds(0), last: seconds(400) + HOUR },
      }),
    ),
  );
  fc.assert(
    fc.property(given, (all) => {
      const patient = new Set(standing(all, 1, HOUR).map(({ id }) => id));
      const prompt = new Set(standing(all).map(({ id }) => id));
      expect(patient.isSubsetOf(prompt)).toBe(true);
      expect(standing([...all, ...over], 1, HOUR)).toEqual(standing([...all, ...over]));
    }),
    { numRuns: 100 },
  );
});
