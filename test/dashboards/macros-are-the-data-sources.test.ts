import { expect, test } from "vitest";
import { ALL, expand, type Panel } from "./grafana-macros.ts";

const panel: Panel = {
  from: new Date(1_415_792_726_123),
  to: new Date(1_447_328_726_456),
  interval: 20,
  variables: { host: "EDGE01", all: ALL },
};

/** From the table of macros in the data source's README, with its examples. */
const EXAMPLES = [
  ["$__dateFilter(d)", "d >= toDate('2014-11-12') AND d <= toDate('2015-11-12')"],
  ["$__timeFilter(time)", "time >= toDateTime(1415792726) AND time <= toDateTime(1447328726)"],
  [
    "$__timeFilter_ms(time)",
    "time >= fromUnixTimestamp64Milli(1415792726123) AND time <= fromUnixTimestamp64Milli(1447328726456)",
  ],
  [
    "$__dateTimeFilter(d, t)",
    "(d >= toDate('2014-11-12') AND d <= toDate('2015-11-12')) AND (t >= toDateTime(1415792726) AND t <= toDateTime(1447328726))",
  ],
  ["$__fromTime", "toDateTime(1415792726)"],
  ["$__toTime", "toDateTime(1447328726)"],
  ["$__fromTime_ms", "fromUnixTimestamp64Milli(1415792726123)"],
  ["$__toTime_ms", "fromUnixTimestamp64Milli(1447328726456)"],
  ["$__interval_s", "20"],
  ["$__timeInterval(time)", "toStartOfInterval(toDateTime(time), INTERVAL 20 second)"],
  ["$__timeInterval_ms(time)", "toStartOfInterval(toDateTime64(time, 3), INTERVAL 20000 millisecond)"],
  ["$__conditionalAll(a IN (1, 2), $host)", "a IN (1, 2)"],
  ["$__conditionalAll(a IN (1, 2), $all)", "1=1"],
  ["$__conditionalAll($__conditionalAll(a = 1, $host) AND b, $all) OR c", "1=1 OR c"],
  [`a = '$host' OR a = \${host:sqlstring}`, "a = 'EDGE01' OR a = 'EDGE01'"],
  [`'\${nothing}' = '$nothing'`, `'\${nothing}' = '$nothing'`],
] as const;

test.for(EXAMPLES)("%s", ([sql, expanded]) => {
  expect(expand(sql, panel)).toBe(expanded);
});

test("a point is never narrower than a second, as in the data source", () => {
  expect(expand("$__interval_s", { ...panel, interval: 0.2 })).toBe("1");
});

test("what the data source does not know is an error, not SQL", () => {
  expect(() => expand("$__timeFiltr(time)", panel)).toThrow("no macro $__timeFiltr");
  expect(() => expand("$__conditionalAll(a)", panel)).toThrow("takes a condition and a variable");
});
