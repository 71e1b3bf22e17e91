import { expect, test } from "vitest";
import { Correlator } from "../../rules/correlate/correlator.ts";
import { concluding, type RuleSet } from "../../rules/load.ts";
import { detection, rulesOf, seconds } from "./standard.ts";

/** `a`, which stands in System, and not `other` within a minute. */
function aAndNotOther(logsource: string, selection = "{ EventID: 1 }"): RuleSet {
  return rulesOf(
    [
      `title: other\nname: other\nlogsource: ${logsource}\ndetection: { s: ${selection}, condition: s }`,
      "title: T\nname: lone\nlevel: high\ncorrelation: { type: temporal, timespan: 60s, condition: a and not other }",
    ].join("\n---\n"),
  );
}

/** How many incidents there are after `a` at 10 in System of PC1, when logs have come to these seconds: one number for each log that is added, in order. */
function incidentsAfter(
  rules: RuleSet,
  logs: readonly (readonly [channel: string, last: number, computer?: string])[],
) {
  const correlator = new Correlator(concluding(rules));
  correlator.add(detection("a 10 Computer=PC1"));
  let standing = 0;
  return logs.map(([channel, last, computer = "pc1"]) => {
    correlator.addCoverage({ computer, channel, first: seconds(0), last: seconds(last) });
    for (const { incidents } of correlator.changes()) standing = incidents.length;
    expect(correlator.incidents()).toHaveLength(standing);
    return standing;
  });
}

test("its own log is enough where no other is known that could hold it", () => {
  const rules = aAndNotOther("{ product: windows, service: security }");
  expect(
    incidentsAfter(rules, [
      ["System", 70],
      ["System", 71],
    ]),
  ).toEqual([0, 1]);
  expect(
    incidentsAfter(rules, [
      ["Application", 5],
      ["Security", 5, "PC2"],
      ["System", 71],
    ]),
  ).toEqual([0, 0, 1]);
});

test("a log that could hold it, and is seen later, takes back what was concluded until it has come so far", () => {
  const rules = aAndNotOther("{ product: windows, service: security }");
  expect(
    incidentsAfter(rules, [
      ["System", 1000],
      ["Security", 40],
      ["Security", 70],
      ["Security", 71],
    ]),
  ).toEqual([1, 0, 0, 1]);
});

test("a category stands in Sysmon's log, and in Security where its twin does", () => {
  const rules = aAndNotOther("{ product: windows, category: process_creation }", "{ Image: x }");
  const sysmon = "Microsoft-Windows-Sysmon/Operational";
  expect(
    incidentsAfter(rules, [
      ["System", 1000],
      [sysmon, 5],
      ["Security", 5],
    ]),
  ).toEqual([1, 0, 0]);
  expect(
    incidentsAfter(rules, [
      [sysmon, 1000],
      ["Security", 1000],
      ["System", 1000],
    ]),
  ).toEqual([0, 0, 1]);
});

test("a rule without a service stands in the channels that its detection names, else in any", () => {
  const named = aAndNotOther("{ product: windows }", "{ EventID: 1, Channel: [Security, Setup] }");
  expect(
    incidentsAfter(named, [
      ["System", 1000],
      ["Application", 5],
      ["Setup", 5],
    ]),
  ).toEqual([1, 1, 0]);
  const any = aAndNotOther("{ product: windows }");
  expect(
    incidentsAfter(any, [
      ["System", 1000],
      ["Application", 5],
      ["Application", 1000],
    ]),
  ).toEqual([1, 0, 1]);
});
