import type { Detection } from "../../model/detection.ts";
import { identityOf } from "../../model/identity.ts";
import type { SequenceRule } from "./sequence-rule.ts";

/** Sequences with the same `group-by`: what one of them looks at, the others do. */
export interface Grouping {
  /** The fields of the key, in the rules' order. */
  readonly fields: readonly string[];
  /** Inhibiting rules before those that they inhibit. */
  readonly rules: readonly SequenceRule[];
  /** Names of the detection rules that take part. */
  readonly ruleNames: ReadonlySet<string>;
}

export function groupingsOf(rules: readonly SequenceRule[]): readonly Grouping[] {
  const alike = Map.groupBy(inhibitorsFirst(rules), ({ groupBy }) => JSON.stringify(groupBy));
  return [...alike.values()].map((rules) => ({
    fields: rules[0]?.groupBy ?? [],
    rules,
    ruleNames: new Set(rules.flatMap(rulesUsedBy)),
  }));
}

/** The group that a detection belongs to, as 32 hex digits; undefined for one that lacks a field of the key. */
export function groupKeyOf({ fields }: Grouping, detection: Detection): string | undefined {
  return groupKey(fields, (field) => groupValue(detection, field));
}

/** The same of an incident. */
export function groupKey(fields: readonly string[], nameOf: (field: string) => string | undefined): string | undefined {
  const values = fields.map((field) => nameOf(field)?.toLowerCase() ?? "");
  return values.includes("") ? undefined : identityOf([...fields, ...values]);
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

/** Every detection rule that a sequence looks at. */
export function rulesUsedBy(rule: SequenceRule): readonly string[] {
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
