import { describe, expect, test } from "vitest";
import { concluded, detection, oneCorrelation, rulesOf, said } from "./standard.ts";

/** What a correlation concludes: `a 0, a 10` are detections. */
function of(correlation: string, detections: string, until?: number): readonly string[] {
  return said(concluded(oneCorrelation(correlation), detections.split(", ").map(detection), until));
}

describe("event_count", () => {
  const three = "{ type: event_count, rules: [a], group-by: [User], timespan: 60s, condition: { gte: 3 } }";

  test("windows are closed: exactly the timespan apart is in", () => {
    expect(of(three, "a 0, a 30, a 60")).toEqual(["a0 a30 a60"]);
    expect(of(three, "a 0, a 30, a 60.001")).toEqual([]);
  });

  test("a condition that stays true is one incident; windows that do not touch are two", () => {
    expect(of(three, "a 0, a 10, a 20, a 70, a 75, a 300, a 301, a 302")).toEqual([
      "a0 a10 a20 a70 a75",
      "a300 a301 a302",
    ]);
  });

  test("groups compare without case; what lacks the key takes no part", () => {
    expect(of(three, "a 0 User=BOB, a 1 User=bob, a 2 User=Bob, a 3 User=eve")).toEqual(["a0 a1 a2"]);
    expect(of(three, "a 0, a 1, a 2 User=")).toEqual([]);
  });

  test("fewer than: asked of the window that begins with a detection, when it is over", () => {
    const few = "{ type: event_count, rules: [a], timespan: 60s, condition: { lt: 2 } }";
    expect(of(few, "a 0, a 30", 90)).toEqual([]);
    expect(of(few, "a 0, a 30", 91)).toEqual(["a30"]);
  });

  test("ranges", () => {
    const range = "{ type: event_count, rules: [a], timespan: 60s, condition: { gte: 2, lt: 3 } }";
    expect(of(range, "a 0, a 10")).toEqual(["a0 a10"]);
    expect(of(range, "a 0")).toEqual([]);
  });
});

describe("values", () => {
  test("value_count counts different values without case, or tuples", () => {
    const count = "{ type: value_count, rules: [a], timespan: 60s, condition: { field: User, gte: 2 } }";
    expect(of(count, "a 0 User=x, a 1 User=X")).toEqual([]);
    expect(of(count, "a 0 User=x, a 1 User=y")).toEqual(["a0 a1"]);
    const tuples = "{ type: value_count, rules: [a], timespan: 60s, condition: { field: [User, To], gte: 2 } }";
    expect(of(tuples, "a 0 User=x To=1, a 1 User=x To=2, a 2 User=z")).toEqual(["a0 a1"]);
  });

  test("value_sum, value_avg and value_percentile are exact", () => {
    expect(
      of("{ type: value_sum, rules: [a], timespan: 60s, condition: { field: N, gte: 0.3 } }", "a 0 N=0.1, a 1 N=0.2"),
    ).toEqual(["a0 a1"]);
    expect(
      of(
        "{ type: value_avg, rules: [a], timespan: 60s, condition: { field: N, gte: 2 } }",
        "a 0 N=1, a 1 N=3, a 2 N=none",
      ),
    ).toEqual(["a0 a1"]);
    const median =
      "{ type: value_percentile, rules: [a], timespan: 60s, condition: { field: N, percentile: 50, gte: 2.5 } }";
    expect(of(median, "a 0 N=1, a 1 N=2, a 2 N=3, a 3 N=4")).toEqual(["a0 a1 a2 a3"]);
    expect(of(median, "a 0 N=1, a 1 N=2, a 2 N=2.9")).toEqual([]);
  });
});

describe("temporal", () => {
  test("all rules, in any order", () => {
    const all = "{ type: temporal, rules: [a, b], group-by: [User], timespan: 60s }";
    expect(of(all, "b 0, a 60, a 200")).toEqual(["a60 b0"]);
    expect(of(all, "b 0, a 61")).toEqual([]);
  });

  test("absence waits for the watermark, and what came before does not count", () => {
    const without = "{ type: temporal, rules: [a, c], timespan: 60s, condition: a and not c }";
    expect(of(without, "a 10", 70)).toEqual([]);
    expect(of(without, "a 10", 71)).toEqual(["a10"]);
    expect(of(without, "c 5, a 10")).toEqual(["a10"]);
    expect(of(without, "a 10, a 50, c 100")).toEqual(["a10 a50"]);
    expect(of(without, "a 10, c 70")).toEqual([]);
  });
});

describe("temporal_ordered", () => {
  const ordered = "{ type: temporal_ordered, rules: [a, b], timespan: 60s }";

  test("needs the order, and names only what takes part in it", () => {
    expect(of(ordered, "b 0, a 10")).toEqual([]);
    expect(of(ordered, "b 0, a 10, b 20, a 30")).toEqual(["a10 b20"]);
  });

  test("equal times count either way, unless one log gives them an order", () => {
    expect(of(ordered, "b 5 Computer=X, a 5 Computer=Y")).toEqual(["a5 b5"]);
    expect(of(ordered, "b 5 Record=1, a 5 Record=2")).toEqual([]);
    expect(of(ordered, "a 5 Record=1, b 5 Record=2")).toEqual(["a5 b5"]);
  });

  test("without a third", () => {
    const without = "{ type: temporal_ordered, timespan: 60s, condition: a and b and not c }";
    expect(of(without, "a 0, c 10, b 20")).toEqual([]);
    expect(of(without, "a 0, b 20, c 70")).toEqual(["a0 b20"]);
  });
});

describe("chains", () => {
  const many = `title: Many\nname: many\ncorrelation: { type: event_count, rules: [a], group-by: [User], timespan: 60s, condition: { gte: 3 } }`;
  const chain = (outer: string) => rulesOf(`${many}\n---\ntitle: Chain\nname: chain\ncorrelation: ${outer}`);
  const then = "{ type: temporal_ordered, rules: [many, b], group-by: [User], timespan: 10m }";

  test("an inner incident is there whenever its condition held, and its events are evidence", () => {
    expect(said(concluded(chain(then), ["a 0", "a 10", "a 20", "a 70", "b 620"].map(detection)))).toEqual([
      "a0 a10 a20 a70 b620",
    ]);
    expect(said(concluded(chain(then), ["a 0", "b 5", "a 10", "a 20"].map(detection)))).toEqual([]);
  });

  test("it is counted once, and reports itself only with generate", () => {
    const users =
      "{ type: value_count, rules: [many], timespan: 10m, condition: { field: User, gte: 2 }, generate: true }";
    const eve = ["a 0 User=eve", "a 1 User=eve", "a 2 User=eve", "a 3 User=eve"].map(detection);
    const bob = ["a 100", "a 101", "a 102"].map(detection);
    expect(concluded(chain(users), eve).map(({ rule }) => rule.name)).toEqual(["many"]);
    expect(
      concluded(chain(users), [...eve, ...bob])
        .map(({ rule }) => rule.name)
        .sort(),
    ).toEqual(["chain", "many", "many"]);
    const twice = "{ type: event_count, rules: [many], group-by: [User], timespan: 10m, condition: { gte: 2 } }";
    expect(concluded(chain(twice), eve)).toEqual([]);
  });
});

test("aliases: one name for fields that are called differently", () => {
  const aliased =
    "{ type: temporal, rules: [a, b], group-by: [user], timespan: 60s, aliases: { user: { a: User, b: Other } } }";
  const rules = oneCorrelation(aliased);
  expect(said(concluded(rules, ["a 0 User=eve", "b 10 Other=EVE", "b 20 Other=bob"].map(detection)))).toEqual([
    "a0 b10",
  ]);
  expect(rules.detections.map(({ capture }) => capture.map(({ name }) => name))).toEqual([["User"], ["Other"], [], []]);
});

test("what is not understood is refused by key, and says what would be right", () => {
  const reason = (text: string) => rulesOf(`title: T\ncorrelation: ${text}`).refused.map((one) => one.reason);
  const count = "type: event_count, rules: [a], timespan: 5m";
  expect(reason(`{ ${count}, condition: { gte: 3 }, groupby: [User] }`)).toEqual([
    "correlation.groupby: is no key of this place; known are type, rules, group-by, timespan, condition, aliases, generate",
  ]);
  expect(reason(`{ ${count}, condition: { lt: 1 } }`)).toEqual([expect.stringContaining("and at least 1")]);
  expect(reason(`{ ${count}, condition: { gt: 5, lt: 3 } }`)).toEqual([expect.stringContaining("no number is within")]);
  expect(reason(`{ ${count}, condition: { gte: many } }`)).toEqual([
    "correlation.condition.gte: must be a whole number, without quotes, for it is a count",
  ]);
  for (const bound of ["gte: -2", "gte: 2.5", 'gte: "2"'])
    expect(reason(`{ ${count}, condition: { ${bound} } }`)).toEqual([
      expect.stringContaining("must be a whole number"),
    ]);
  expect(reason(`{ ${count}, condition: { gte: 0 } }`)).toEqual([expect.stringContaining("says nothing")]);
  expect(reason('{ type: value_sum, rules: [a], timespan: 5m, condition: { field: Bytes, gte: "2.5" } }')).toEqual([
    "correlation.condition.gte: must be a number, as 10 or 0.5, without quotes",
  ]);
  expect(reason("{ type: event_count, rules: [nobody], timespan: 5m, condition: { gte: 1 } }")).toEqual([
    'refers to "nobody", but no rule of that name or id is loaded',
  ]);
  expect(reason("{ type: temporal, timespan: 5m, condition: not a }")).toEqual([
    expect.stringContaining("is true where nothing happened"),
  ]);
  expect(reason("{ type: temporal, timespan: 5, rules: [a, b] }")).toEqual([
    "correlation.timespan: must be a timespan: 30s, 15m, 24h or 90d",
  ]);
  expect(reason("{ type: value_median, timespan: 5m, rules: [a, b] }")).toEqual([
    expect.stringContaining('"value_median" is not known'),
  ]);
});

test("correlations that refer to each other in a circle are refused", () => {
  const { refused } = rulesOf(
    ["x", "y"]
      .map(
        (name, at) =>
          `title: ${name}\nname: ${name}\ncorrelation: { type: temporal, rules: [a, ${["y", "x"][at]}], timespan: 5m }`,
      )
      .join("\n---\n"),
  );
  expect(refused.map(({ rule }) => rule)).toEqual(["x", "y"]);
});
