import type { Detection } from "../../model/detection.ts";
import { identityOf } from "../../model/identity.ts";
import type { CorrelationRule } from "./correlation-rule.ts";
import type { SequenceRule } from "./sequence-rule.ts";
import { leafFields, leavesOf } from "./standard/leaves.ts";
import type { StandardRule } from "./standard/standard-rule.ts";

/** Correlations with the same `group-by`: what one of them looks at, the others do. */
export interface Grouping {
  /** The fields of the key, in the rules' order. */
  readonly fields: readonly string[];
  /** Inhibiting rules before those that they inhibit. */
  readonly rules: readonly CorrelationRule[];
  /** Names of the detection rules that take part. */
  readonly ruleNames: ReadonlySet<string>;
  /** Detection rule → what the fields of the key are called in its detections, where aliases say so. */
  readonly called: ReadonlyMap<string, readonly string[]>;
  /** What tells its keys from those of others. */
  readonly label: readonly string[];
}

export function groupingsOf(rules: readonly CorrelationRule[]): readonly Grouping[] {
  const sequences = rules.filter((rule) => rule.kind === "sequence");
  const others = rules.filter((rule) => rule.kind !== "sequence");
  const alike = Map.groupBy([...inhibitorsFirst(sequences), ...others], (rule) => JSON.stringify(labelOf(rule)));
  return [...alike.values()].map((rules) => ({
    fields: rules[0]?.groupBy ?? [],
    rules,
    ruleNames: new Set(rules.flatMap(rulesUsedBy)),
    called: rules[0] === undefined ? new Map() : calledIn(rules[0]),
    label: rules[0] === undefined ? [] : labelOf(rules[0]),
  }));
}

/** The fields of the key; behind them, where aliases give them other names, all of these. */
function labelOf(rule: CorrelationRule): readonly string[] {
  const called = calledIn(rule);
  return called.size === 0 ? rule.groupBy : [...rule.groupBy, JSON.stringify([...called].sort())];
}

function calledIn(rule: CorrelationRule): ReadonlyMap<string, readonly string[]> {
  if (rule.kind === "sequence" || !hasAliases(rule)) return new Map();
  const byField = rule.groupBy.map((field) => leafFields(rule, field));
  return new Map(leavesOf(rule).map((leaf) => [leaf, byField.map((fields) => fields.get(leaf) ?? "")]));
}

function hasAliases(rule: StandardRule): boolean {
  return rule.aliases.size > 0 || [...rule.inner.values()].some(hasAliases);
}

/** The group that a detection belongs to, as 32 hex digits; undefined for one that lacks a field of the key. */
export function groupKeyOf({ fields, called, label }: Grouping, detection: Detection): string | undefined {
  const own = called.get(detection.rule.name) ?? fields;
  return keyOf(
    label,
    own.map((field) => groupValue(detection, field)),
  );
}

/** The same of an incident of the rule. */
export function groupKeyOfIncident(
  rule: CorrelationRule,
  group: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return keyOf(
    labelOf(rule),
    rule.groupBy.map((field) => group[field]),
  );
}

function keyOf(label: readonly string[], values: readonly (string | undefined)[]): string | undefined {
  const key = values.map((value) => value?.toLowerCase() ?? "");
  return key.includes("") ? undefined : identityOf([...label, ...key]);
}

/** The key's values as the earliest detection writes them: their case may differ from event to event. */
export function groupNames(
  fields: readonly string[],
  earliest: Detection | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.map((field) => [field, (earliest === undefined ? undefined : groupValue(earliest, field)) ?? ""]),
  );
}

function groupValue(detection: Detection, field: string): string | undefined {
  return field === "Computer" ? detection.event.computer : detection.fields[field];
}

/** Every detection rule that a correlation looks at. */
export function rulesUsedBy(rule: CorrelationRule): readonly string[] {
  if (rule.kind === "standard") return leavesOf(rule);
  const names = [
    ...rule.steps.flatMap((step) => step.rules),
    ...(rule.until?.rules ?? []),
    ...rule.context.flatMap((context) => context.rules),
    ...rule.incident.raise.flatMap((raise) => raise.rules),
  ];
  return [...new Set(names)];
}

function inhibitorsFirst(rules: readonly SequenceRule[]): readonly SequenceRule[] {
  const ordered: SequenceRule[] = [];
  const visit = (rule: SequenceRule, path: readonly SequenceRule[]): void => {
    if (ordered.includes(rule) || path.includes(rule)) return;
    for (const name of rule.inhibitedBy) {
      const inhibitor = rules.find((other) => other.name === name);
      if (inhibitor !== undefined) visit(inhibitor, [...path, rule]);
    }
    ordered.push(rule);
  };
  for (const rule of rules) visit(rule, []);
  return ordered;
}
