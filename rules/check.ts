import { nearest } from "../model/nearest.ts";
import { whyNever } from "./can-match.ts";
import { neededFields } from "./correlate/standard/leaves.ts";
import type { StandardRule } from "./correlate/standard/standard-rule.ts";
import type { RuleSet } from "./load.ts";
import { type Condition, fieldsOf, testsIn } from "./sigma/condition.ts";
import { knownFields } from "./sigma/known-fields.ts";
import { necessaryTests } from "./sigma/necessary-test.ts";
import type { DetectionRule, Logsource, Place } from "./sigma/rule.ts";

/** What is to be said of a rule that runs, or of a filter: it can match nothing, it asks for what its events do not have, or it costs much. */
export interface Remark {
  readonly kind: "never matches" | "unknown field" | "expensive";
  readonly place: Place;
  /** Its name; of a filter the title. */
  readonly rule: string;
  readonly text: string;
}

/** Looks at every detection rule that runs, at the filters, and at the fields that Sigma's correlations group by or count. */
export function checkRules({ detections, filters, correlations }: RuleSet): readonly Remark[] {
  // A rule that is there again for the twin of its events has been looked at.
  const rules = new Map(detections.toReversed().map((rule) => [rule.id, rule]));
  const ofFilters = new Set(filters.map(({ condition }) => condition));
  return [
    ...[...rules.values()].reverse().flatMap((rule) => {
      const { place, name } = rule;
      return remarksOn(rule, ofFilters).map(([kind, text]): Remark => ({ kind, place, rule: name, text }));
    }),
    ...filters.flatMap(({ place, title, condition, rules: labels }) => {
      const targets = [...rules.values()].filter(({ id, name }) => labels.includes(id) || labels.includes(name));
      const texts = new Set(targets.flatMap(({ logsource }) => unknownFields(logsource, condition, NONE)));
      return [...texts].map((text): Remark => ({ kind: "unknown field", place, rule: title, text }));
    }),
    ...correlations.flatMap((rule) => {
      const texts = new Set([...rules.values()].flatMap((below) => unknownOf(rule, below)));
      return [...texts].map((text): Remark => ({ kind: "unknown field", place: rule.place, rule: rule.name, text }));
    }),
  ];
}

/** What a correlation asks of the detections of one rule below it that its events do not have, and the rule captures under no such name. */
function unknownOf(rule: StandardRule, { name, logsource, capture }: DetectionRule): readonly string[] {
  const fields = [...(neededFields(rule).get(name) ?? [])];
  const isOwn = (field: string) =>
    capture.some((one) => one.name === field && !("field" in one && one.field === field));
  return unknownAmong(
    fields.filter((field) => !isOwn(field)),
    logsource,
  );
}

const NONE: ReadonlySet<Condition> = new Set();

function remarksOn(
  rule: DetectionRule,
  ofFilters: ReadonlySet<Condition>,
): readonly (readonly [Remark["kind"], string])[] {
  const never = whyNever(rule);
  if (never !== undefined) return [["never matches", never]];
  return [
    ...unknownFields(rule.logsource, rule.condition, ofFilters).map((text) => ["unknown field", text] as const),
    ...(necessaryTests(rule.condition) === undefined
      ? [["expensive", "is tried on every event of its logsource: it needs no value that could be looked up"] as const]
      : []),
  ];
}

/** @param others parts of the condition that are not the rule's own */
function unknownFields(logsource: Logsource, condition: Condition, others: ReadonlySet<Condition>): readonly string[] {
  const own = condition.kind === "and" ? condition.terms.filter((term) => !others.has(term)) : [condition];
  return unknownAmong(fieldsOf(own.flatMap(testsIn)), logsource);
}

function unknownAmong(fields: readonly string[], logsource: Logsource): readonly string[] {
  const known = knownFields(logsource);
  if (known === undefined) return [];
  const names = new Set(known.map((name) => name.toLowerCase()));
  return fields
    .filter((field) => !names.has(field.toLowerCase()))
    .map((field) => {
      const meant = nearest(field, known);
      const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
      return `no event of category "${logsource.category}" has a field "${field}"${hint}`;
    });
}
