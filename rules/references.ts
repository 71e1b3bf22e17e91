import type { CorrelationRule } from "./correlate/correlation-rule.ts";
import type { SequenceRule } from "./correlate/sequence-rule.ts";
import type { Inactive, Refused } from "./parse-file.ts";
import type { DetectionRule, Place } from "./sigma/rule.ts";

type Known = DetectionRule | CorrelationRule | Inactive;

export class BadReference extends Error {}

/** Rules by id and by name, each of which only one rule may have. */
export class RuleIndex {
  readonly #rules = new Map<string, Known>();

  /** Takes the rule in, or gives the reason why it cannot be taken. An inactive rule is known by what names it. */
  add(rule: Known): Refused | undefined {
    const labels = rule.kind === "inactive" ? [rule.rule] : [rule.id, rule.name];
    for (const label of labels) {
      const other = this.#rules.get(label);
      if (other !== undefined)
        return refused(
          rule.place,
          label,
          `id or name "${label}" is already that of the rule at ${placeText(other.place)}`,
        );
    }
    for (const label of labels) this.#rules.set(label, rule);
    return undefined;
  }

  get(label: string): Known | undefined {
    return this.#rules.get(label);
  }

  /**
   * The rule that others mean by a label. A collection has several rules by the same one, numbered from the second: who means the first alone, most
   * likely means all.
   *
   * @param labels all that are referred to in the same place
   * @throws BadReference when another rule of the collection is not among them
   */
  referred(label: string, labels: readonly string[]): Known | undefined {
    const next = `${label} #2`;
    if (this.#rules.has(next) && !labels.includes(next))
      throw new BadReference(
        `refers to "${label}", the first of several rules of a collection: name the others too ("${next}" …), or give each a name of its own`,
      );
    return this.#rules.get(label);
  }
}

/**
 * The sequence with every reference as the name of the rule, whether it was written as name or id; refused when one leads nowhere, or when it is
 * inhibited by a sequence with other groups, which may be concluded by another process.
 */
export function resolveReferences(sequence: SequenceRule, index: RuleIndex): SequenceRule | Refused {
  const resolve = (labels: readonly string[], kind: "detection" | "sequence") =>
    labels.map((label) => {
      const rule = index.referred(label, labels);
      if (rule?.kind === "inactive") return label;
      if (rule?.kind !== kind)
        throw new BadReference(`refers to "${label}", but no ${kind} rule of that name or id is loaded`);
      return rule.name;
    });
  const withRules = <T extends { readonly rules: readonly string[] }>(one: T): T => ({
    ...one,
    rules: resolve(one.rules, "detection"),
  });
  try {
    for (const label of sequence.inhibitedBy) {
      const other = index.get(label);
      if (other?.kind === "sequence" && other.groupBy.join() !== sequence.groupBy.join())
        throw new BadReference(
          `is inhibited by "${label}", whose group-by is [${other.groupBy.join(", ")}]: both must have the same`,
        );
    }
    return Object.freeze({
      ...sequence,
      steps: sequence.steps.map(withRules),
      until: sequence.until === undefined ? undefined : withRules(sequence.until),
      context: sequence.context.map(withRules),
      inhibitedBy: resolve(sequence.inhibitedBy, "sequence"),
      incident: { ...sequence.incident, raise: sequence.incident.raise.map(withRules) },
    });
  } catch (error) {
    if (error instanceof BadReference) return refused(sequence.place, sequence.name, error.message);
    throw error;
  }
}

export function refused(place: Place, rule: string, reason: string): Refused {
  return { kind: "refused", place, rule, reason, isFilter: false };
}

function placeText(place: Place): string {
  return `${place.file}:${place.line}`;
}
