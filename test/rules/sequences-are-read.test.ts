import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../../model/ticks.ts";
import { parseOne, refusal } from "./one-rule.ts";

const WHOLE = `title: A root came back
id: s
name: root_return
level: critical
correlation:
  type: sequence
  group-by: [Computer]
  steps:
    - state: armed
      rules: [root_added]
    - state: triggered
      rules: [started, service_started]
      within: 90d
    - state: failing
      rules: tls_failure
      within: 24h
      count: { gte: 3 }
      onset: { lookback: 7d, by: [Alert] }
  until: { rules: [root_removed], same: [Thumbprint] }
  inhibited-by: [other]
  context:
    - { name: clock, role: counter, rules: [clock_changed], at: triggered, before: 30m, text: 'The clock was changed.' }
incident:
  from: triggered
  title: '{armed.Subject} came back'
  severity: { armed: low, triggered: medium, failing: critical }
  raise:
    - { to: { armed: high }, because: it was off before, rules: [root_removed], same: [Thumbprint], when: before }
  advice: Remove it.
`;

test("a sequence is read whole", () => {
  const title = "{armed.Subject} came back";
  expect(parseOne(WHOLE)).toMatchObject({
    kind: "sequence",
    name: "root_return",
    level: "critical",
    place: { file: "t.yml", line: 1 },
    groupBy: ["Computer"],
    steps: [
      { state: "armed", rules: ["root_added"], within: undefined, count: 1, onset: undefined },
      { state: "triggered", rules: ["started", "service_started"], within: 90n * DAY, count: 1 },
      {
        state: "failing",
        rules: ["tls_failure"],
        within: 24n * HOUR,
        count: 3,
        onset: { lookback: 7n * DAY, window: 24n * HOUR, by: ["Alert"] },
      },
    ],
    until: { rules: ["root_removed"], same: ["Thumbprint"] },
    inhibitedBy: ["other"],
    context: [{ name: "clock", role: "counter", at: "triggered", before: 30n * MINUTE, after: 0n }],
    incident: {
      from: "triggered",
      title: { armed: title, triggered: title, failing: title, resolved: title },
      severity: { armed: "low", triggered: "medium", failing: "critical" },
      raise: [{ to: { armed: "high" }, rules: ["root_removed"], same: ["Thumbprint"], when: "before" }],
      advice: "Remove it.",
    },
  });
});

test("what is left out has its default", () => {
  const short = WHOLE.replace(/ {2}from: .*\n/, "")
    .replace(/ {2}until: .*\n/, "  until: [root_removed]\n")
    .replace("{ gte: 3 }", "3");
  expect(parseOne(short)).toMatchObject({
    until: { rules: ["root_removed"], same: [] },
    steps: [{}, {}, { count: 3 }],
    incident: { from: "armed" },
  });
});

describe("a fault is named", () => {
  test.each([
    [
      "type: sequence",
      "type: temporal",
      "9: correlation.steps: is no key of this place; known are type, rules, group-by, timespan, condition, aliases, generate",
    ],
    [
      "type: sequence",
      "type: sequel",
      '6: correlation.type: correlation type "sequel" is not known; known are event_count, value_count, temporal, temporal_ordered, value_sum, value_avg, value_percentile, sequence',
    ],
    ["within: 90d", "within: 3 months", "13: correlation.steps.within: must be a timespan: 30s, 15m, 24h or 90d"],
    [
      "      within: 90d\n",
      "",
      "11: correlation.steps: needs a `within`: how long after the step before, as 24h or 90d",
    ],
    [
      "rules: [root_added]",
      "rules: [root_added]\n      within: 1d",
      "11: correlation.steps.within: the first step follows none; leave it out",
    ],
    ["gte: 3", "gt: 3", "17: correlation.steps.count.gt: is no key of this place; known are gte"],
    ["gte: 3", "gte: 0", "17: correlation.steps.count.gte: must be a whole number from 1 on"],
    ["state: failing", "state: armed", '14: correlation.steps: state "armed" is there twice; each step needs its own'],
    [
      "state: failing",
      "state: resolved",
      '14: correlation.steps: "resolved" is the state of an incident that is over; choose another',
    ],
    ["at: triggered", "at: later", '22: correlation.context.at: "later" is none of armed, triggered, failing'],
    ["before: 30m, ", "", "22: correlation.context: needs before or after: how far from its state it counts"],
    ["from: triggered", "from: later", '24: incident.from: "later" is none of armed, triggered, failing'],
    ["triggered: medium, ", "", '26: incident.severity: state "triggered" is missing'],
    [
      "failing: critical",
      "failing: bad",
      '26: incident.severity.failing: "bad" is none of informational, low, medium, high, critical',
    ],
    ["when: before", "when: sometimes", '28: incident.raise.when: "sometimes" is none of before, evidence, ever'],
    [
      "group-by: [Computer]",
      "groupby: [Computer]",
      "7: correlation.groupby: is no key of this place; known are type, group-by, steps, until, context, inhibited-by, link",
    ],
  ])("%j → %j", (right, wrong, reason) => {
    expect(WHOLE).toContain(right);
    expect(refusal(WHOLE.replace(right, wrong))).toBe(reason);
  });
});
