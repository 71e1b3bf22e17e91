import { nearest } from "../model/nearest.ts";
import { whyNever } from "./can-match.ts";
import { neededFields } from "./correlate/standard/leaves.ts";
import type { StandardRule } from "./correlate/standard/standard-rule.ts";
import type { RuleSet } from "./load.ts";
import { placesIn } from "./rule-lines.ts";
import { type Condition, fieldsOf, testsIn } from "./sigma/condition.ts";
import { knownFields } from "./sigma/known-fields.ts";
import { necessaryTests } from "./sigma/necessary-test.ts";
import type { DetectionRule, Logsource, Place } from "./sigma/rule.ts";
import { twinField } from "./sigma/twins.ts";

/** What is to be said of a rule that runs, or of a filter: it can match nothing, it asks for what its events do not have, or it costs much. */
export interface Remark {
  readonly kind: "never matches" | "hardly matches" | "unknown field" | "expensive";
  readonly place: Place;
  /** Its name; of a filter the title. */
  readonly rule: string;
  readonly text: string;
}

/** A remark with what it is about: a field, or a key. */
type Finding = Pick<Remark, "kind" | "text"> & { readonly about: string };

/** Looks at every detection rule that runs, at the filters, and at the fields that Sigma's correlations group by or count. */
export function checkRules({ detections, filters, correlations }: RuleSet): readonly Remark[] {
  // A rule that is there again for the twin of its events has been looked at.
  const rules = [...new Map(detections.toReversed().map((rule) => [rule.id, rule])).values()].reverse();
  const ofFilters = new Set(filters.map(({ condition }) => condition));
  return [
    ...rules.flatMap((rule) => remarks(rule.place, rule.name, findingsOn(rule, ofFilters))),
    ...filters.flatMap(({ place, title, condition, rules: labels }) => {
      const targets = rules.filter(({ id, name }) => labels.includes(id) || labels.includes(name));
      const findings = targets.flatMap(({ logsource }) => unknownFields(logsource, condition, NONE));
      return remarks(place, title, findings);
    }),
    ...correlations.flatMap((rule) =>
      remarks(
        rule.place,
        rule.name,
        rules.flatMap((below) => unknownOf(rule, below)),
      ),
    ),
  ];
}

function remarks(place: Place, rule: string, findings: readonly Finding[]): readonly Remark[] {
  const distinct = new Map(findings.map((one) => [one.text, one]));
  if (distinct.size === 0) return [];
  const placeOf = placesIn(place);
  return [...distinct.values()].map(({ kind, text, about }) => ({ kind, place: placeOf(about), rule, text }));
}

/** What a correlation asks of the detections of one rule below it that its events do not have, and the rule captures under no such name. */
function unknownOf(rule: StandardRule, { name, logsource, capture }: DetectionRule): readonly Finding[] {
  const fields = [...(neededFields(rule).get(name) ?? [])];
  const isOwn = (field: string) =>
    capture.some((one) => one.name === field && !("field" in one && one.field === field));
  return unknownAmong(
    fields.filter((field) => !isOwn(field)),
    logsource,
  );
}

const NONE: ReadonlySet<Condition> = new Set();

function findingsOn(rule: DetectionRule, ofFilters: ReadonlySet<Condition>): readonly Finding[] {
  const never = whyNever(rule);
  const about = never?.field ?? "condition";
  if (never?.isSure === true) return [{ kind: "never matches", text: never.reason, about }];
  return [
    ...(never === undefined ? [] : [{ kind: "hardly matches", text: never.reason, about } as const]),
    ...unknownFields(rule.logsource, rule.condition, ofFilters),
    ...(necessaryTests(rule.condition) === undefined ? [EXPENSIVE] : []),
  ];
}

const EXPENSIVE: Finding = {
  kind: "expensive",
  text: "is tried on every event of its logsource: it needs no value that could be looked up",
  about: "condition",
};

/** @param others parts of the condition that are not the rule's own */
function unknownFields(logsource: Logsource, condition: Condition, others: ReadonlySet<Condition>): readonly Finding[] {
  const own = condition.kind === "and" ? condition.terms.filter((term) => !others.has(term)) : [condition];
  return unknownAmong(fieldsOf(own.flatMap(testsIn)), logsource);
}

function unknownAmong(fields: readonly string[], logsource: Logsource): readonly Finding[] {
  const known = knownFields(logsource);
  if (known === undefined) return [];
  const names = new Set(known.map((name) => name.toLowerCase()));
  return fields
    .filter((field) => !names.has(field.toLowerCase()) && twinField(logsource, field) === undefined)
    .map((field) => {
      const meant = nearest(field, known);
      const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
      const text = `no event of category "${logsource.category}" has a field "${field}"${hint}`;
      return { kind: "unknown field", text, about: field };
    });
}
