import { namesIn, parseBooleanCondition } from "./boolean-condition.ts";
import type { PlainCorrelation } from "./correlation.ts";

/** The rules that a correlation refers to, in order. */
export function namesUsed(rule: PlainCorrelation): readonly string[] {
  const inCondition =
    typeof rule.condition === "string" ? namesIn(parseBooleanCondition(rule.condition)).map(({ name }) => name) : [];
  return [...new Set([...rule.rules, ...inCondition])];
}

/** Those of them that it wants to be there. */
export function wantedNames(rule: PlainCorrelation): readonly string[] {
  if (typeof rule.condition !== "string") return rule.rules;
  const wanted = namesIn(parseBooleanCondition(rule.condition)).filter(({ negated }) => !negated);
  const names = new Set(wanted.map(({ name }) => name));
  return namesUsed(rule).filter((name) => names.has(name));
}

/** Whether a detection rule is one that a correlation refers to, or an inner one of it does. */
export function isBelow(rule: PlainCorrelation, name: string, rules: ReadonlyMap<string, PlainCorrelation>): boolean {
  return namesUsed(rule).some((used) => {
    const inner = rules.get(used);
    return inner === undefined ? used === name : isBelow(inner, name, rules);
  });
}

/** What a correlation's field is called in one of its rules. */
export function calledIn(rule: PlainCorrelation, name: string, field: string): string {
  return rule.aliases[field]?.[name] ?? field;
}
