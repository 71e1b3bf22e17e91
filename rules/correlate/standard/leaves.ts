import type { Detection } from "../../../model/detection.ts";
import { fieldsOf, type StandardRule } from "./standard-rule.ts";

/** Every detection rule at the bottom of a correlation, by name. */
export function leavesOf(rule: StandardRule): readonly string[] {
  const below = rule.rules.flatMap((name) => {
    const inner = rule.inner.get(name);
    return inner === undefined ? [name] : leavesOf(inner);
  });
  return [...new Set(below)];
}

/** Two ways lead to one detection rule, and they call a field differently. */
export class AmbiguousField extends Error {}

/**
 * What a field or alias of a correlation is called in the detections of each detection rule below it.
 *
 * @throws AmbiguousField
 */
export function leafFields(rule: StandardRule, field: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of rule.rules) {
    const own = fieldUnder(rule, name, field);
    const inner = rule.inner.get(name);
    for (const [leaf, called] of inner === undefined ? [[name, own] as const] : leafFields(inner, own)) {
      const other = found.get(leaf);
      if (other !== undefined && other !== called)
        throw new AmbiguousField(`"${field}" is both ${other} and ${called} of "${leaf}"; it must be one`);
      found.set(leaf, called);
    }
  }
  return found;
}

/** What a field or alias is called in what `rules` calls `name`. */
export function fieldUnder(rule: StandardRule, name: string, field: string): string {
  return rule.aliases.get(field)?.get(name) ?? field;
}

/** Of each detection rule below, the fields that its detections must carry. */
export function neededFields(rule: StandardRule): ReadonlyMap<string, ReadonlySet<string>> {
  const needed = new Map<string, Set<string>>();
  for (const field of [...rule.groupBy, ...fieldsOf(rule.test)])
    for (const [leaf, called] of leafFields(rule, field))
      needed.set(leaf, (needed.get(leaf) ?? new Set<string>()).add(called));
  return needed;
}

/** A detection's value for what a rule groups by or counts; undefined when it has none. */
export function fieldValue(detection: Detection, field: string | undefined): string | undefined {
  if (field === undefined) return undefined;
  return field === "Computer" ? detection.event.computer : detection.fields[field];
}
