import type { Detection } from "../model/detection.ts";
import type { Incident } from "../model/incident.ts";
import type { CorrelationRule } from "./correlate/correlation-rule.ts";
import { rulesUsedBy } from "./correlate/grouping.ts";
import { testWords } from "./correlate/standard/wording.ts";
import { Explainer, type Explanation } from "./explain.ts";
import type { RuleSet } from "./load.ts";
import { type Expectation, parseRuleTests, type RuleTest } from "./parse-rule-tests.ts";
import { eventFromFields, type SampleFields } from "./sample-event.ts";
import { detect } from "./sigma/detect.ts";
import type { Placeholders } from "./sigma/expand.ts";
import { createMatcher } from "./sigma/matcher.ts";
import type { DetectionRule, Place } from "./sigma/rule.ts";

export interface RuleTestResult {
  readonly name: string;
  readonly rule: string;
  readonly place: Place;
  /** What was expected and what happened instead; undefined when the test passes. */
  readonly difference: string | undefined;
  /** Of a detection rule whose test does not pass: how the first event that goes wrong stands to its conditions. */
  readonly explanation?: Explanation;
}

/** Evaluates one correlation over detections in any order. */
export type Correlate = (rule: CorrelationRule, detections: readonly Detection[]) => readonly Incident[];

/**
 * Runs the examples of a rule file: in `foo.test.yml` beside `foo.yml`, or in its own documents with `tests:`, is a list of
 * `{ name, rule?, event | events, expect }`, where `expect` is `match`, `no match` or, for a sequence, `{ state, severity }`.
 * Without `rule` an example is of the only rule in `foo.yml`.
 *
 * @param placeholders those that the rules were loaded with
 * @param file the path of the examples
 * @throws UserError when the file cannot be read or says what makes no sense
 */
export function runRuleTests(
  rules: RuleSet,
  placeholders: Placeholders,
  file: string,
  correlate: Correlate,
): readonly RuleTestResult[] {
  const own = [...rules.detections, ...rules.sequences, ...rules.correlations].filter(
    // A rule that is there again for the twin of its events is one.
    ({ id, place }, at, all) => place.file === ruleFileOf(file) && all.findIndex((other) => other.id === id) === at,
  );
  return parseRuleTests(file).map((test) => {
    const rule = ruleOf(test, rules, own);
    const { name, place } = test;
    if (typeof rule === "string") return { name, rule: test.rule ?? "", place, difference: rule };
    const outcome =
      rule.kind === "detection"
        ? detectionOutcome(rule, rules, placeholders, test)
        : { difference: correlationDifference(rule, rules, test, correlate) };
    return { name, rule: rule.name, place, ...outcome };
  });
}

/** The file whose examples these are; any other path is left as it is. */
export function ruleFileOf(file: string): string {
  return file.replace(/\.test(\.ya?ml)$/, "$1");
}

type AnyRule = DetectionRule | CorrelationRule;

/** The rule that an example is of, or why there is none. */
function ruleOf(test: RuleTest, rules: RuleSet, own: readonly AnyRule[]): AnyRule | string {
  const { rule } = test;
  if (rule === undefined) {
    const [only, ...more] = own;
    if (only === undefined) return "no rule of the file beside it is loaded";
    return more.length === 0 ? only : `the file has ${own.length} rules; name one with \`rule\``;
  }
  const named = [...own, ...rules.detections, ...rules.sequences, ...rules.correlations].find(
    ({ id, name }) => name === rule || id === rule,
  );
  return named ?? `rule "${rule}" is not loaded`;
}

function detectionOutcome(
  rule: DetectionRule,
  rules: RuleSet,
  placeholders: Placeholders,
  { events, expect }: RuleTest,
): Pick<RuleTestResult, "difference" | "explanation"> {
  if (typeof expect !== "string")
    return { difference: `rule "${rule.name}" has no states; expect "match" or "no match"` };
  const matcher = createMatcher(rules.detections.filter(({ id }) => id === rule.id));
  const isWanted = expect === "match";
  const wrong = numbered(events).find((fields) => matcher.match(eventFromFields(fields)).length > 0 !== isWanted);
  if (wrong === undefined) return { difference: undefined };
  const what = isWanted ? "a match, but nothing matched" : "no match, but it matched";
  return {
    difference: `expected ${what}: ${JSON.stringify(wrong)}`,
    explanation: new Explainer(rule, rules, placeholders).explain(eventFromFields(wrong)),
  };
}

function correlationDifference(
  rule: CorrelationRule,
  rules: RuleSet,
  { events, expect }: RuleTest,
  correlate: Correlate,
): string | undefined {
  // Of thousands of rules a few matter, and a matcher of all takes a while to make.
  const names = new Set(rulesUsedBy(rule));
  const matcher = createMatcher(rules.detections.filter(({ name }) => names.has(name)));
  const detections = numbered(events).flatMap((fields) => detect(matcher, eventFromFields(fields)));
  const incidents = correlate(rule, detections);
  if (incidents.some((incident) => isExpected(incident, expect))) return undefined;
  if (expect === "no match" && incidents.length === 0) return undefined;
  const found = incidents.map(({ state, severity, title }) => `${state} (${severity}) "${title}"`).join("; ");
  const steps = [...new Set(detections.map((detection) => detection.rule.name))].join(", ");
  const needs = rule.kind === "standard" && incidents.length === 0 ? `, and it needs ${testWords(rule)}` : "";
  return `expected ${wording(expect)}, but found ${found || "no incident"}; detections were of ${steps || "no rule"}${needs}`;
}

function isExpected(incident: Incident, expect: Expectation): boolean {
  if (typeof expect === "string") return expect === "match";
  return incident.state === expect.state && (expect.severity ?? incident.severity) === incident.severity;
}

function wording(expect: Expectation): string {
  if (typeof expect !== "string")
    return `an incident ${expect.state}${expect.severity === undefined ? "" : ` (${expect.severity})`}`;
  return expect === "match" ? "an incident" : "no incident";
}

/** Examples leave out what does not matter to them; without a record number of its own each would be the same event. */
function numbered(events: readonly SampleFields[]): readonly SampleFields[] {
  return events.map((fields, at) => ({
    Computer: "sample.example",
    EventRecordID: String(at + 1),
    TimeCreated: "2026-01-01T00:00:00Z",
    ...fields,
  }));
}
