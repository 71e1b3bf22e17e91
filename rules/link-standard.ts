import { channelsOf } from "./channels-of.ts";
import { AmbiguousField, fieldUnder, neededFields } from "./correlate/standard/leaves.ts";
import { fieldsOf, type StandardRule } from "./correlate/standard/standard-rule.ts";
import type { Refused } from "./parse-file.ts";
import { BadReference, type RuleIndex, refused } from "./references.ts";
import type { DetectionRule } from "./sigma/rule.ts";

/** Correlations of Sigma's own types, with what they refer to looked up. */
export class StandardLinker {
  readonly #index: RuleIndex;
  readonly #linked = new Map<StandardRule, StandardRule | Refused>();

  constructor(index: RuleIndex) {
    this.#index = index;
  }

  /** Refused when a reference leads nowhere or round in a circle. */
  link(rule: StandardRule, path: readonly StandardRule[] = []): StandardRule | Refused {
    const known = this.#linked.get(rule);
    if (known !== undefined) return known;
    let linked: StandardRule | Refused;
    try {
      linked = this.#resolve(rule, [...path, rule]);
      neededFields(linked);
    } catch (error) {
      if (!(error instanceof BadReference || error instanceof AmbiguousField)) throw error;
      linked = refused(rule.place, rule.name, error.message);
    }
    this.#linked.set(rule, linked);
    return linked;
  }

  #resolve(rule: StandardRule, path: readonly StandardRule[]): StandardRule {
    const names = new Map<string, string>();
    const inner = new Map<string, StandardRule>();
    const channels = new Map<string, readonly string[]>();
    for (const label of rule.rules) {
      const referred = this.#index.referred(label, rule.rules);
      if (referred === undefined)
        throw new BadReference(`refers to "${label}", but no rule of that name or id is loaded`);
      if (referred.kind === "sequence")
        throw new BadReference(
          `refers to "${label}", a sequence; it can refer to detection rules and to Sigma's own correlations`,
        );
      names.set(label, referred.kind === "inactive" ? label : referred.name);
      if (referred.kind === "standard") inner.set(referred.name, this.#inner(rule, label, referred, path));
      if (referred.kind === "detection") {
        const own = channelsOf(referred);
        if (own !== undefined) channels.set(referred.name, own);
      }
    }
    const rules = [...names.values()];
    if (new Set(rules).size < rules.length) throw new BadReference("refers to one rule twice, by name and by id");
    const aliases = new Map(
      [...rule.aliases].map(([alias, of]) => [
        alias,
        new Map([...of].map(([label, field]) => [names.get(label) ?? label, field])),
      ]),
    );
    return Object.freeze({ ...rule, rules, inner, channels, aliases });
  }

  #inner(rule: StandardRule, label: string, referred: StandardRule, path: readonly StandardRule[]): StandardRule {
    if (path.includes(referred)) throw new BadReference(`refers to "${label}", which refers back to it`);
    const inner = this.link(referred, path);
    if (inner.kind === "refused") throw new BadReference(`refers to "${label}", which is refused itself`);
    const { type } = rule.test;
    if (type === "value_sum" || type === "value_avg" || type === "value_percentile")
      throw new BadReference(`refers to "${label}", a correlation; ${type} takes detection rules only`);
    for (const field of fieldsOf(rule.test)) {
      const own = fieldUnder(rule, label, field);
      if (!inner.groupBy.includes(own))
        throw new BadReference(`counts "${own}" of "${label}", which does not group by it`);
    }
    return inner;
  }
}

/** Those that report incidents: all but the building blocks of others. */
export function reported(rules: readonly StandardRule[]): readonly StandardRule[] {
  const blocks = new Set(rules.filter(({ generate }) => !generate).flatMap(({ inner }) => [...inner.keys()]));
  const shown = new Set(rules.filter(({ generate }) => generate).flatMap(({ inner }) => [...inner.keys()]));
  return rules.filter(({ name }) => !blocks.has(name) || shown.has(name));
}

/** The same detection rules, which also capture what the correlations group by and count. */
export function withCaptures(
  detections: readonly DetectionRule[],
  correlations: readonly StandardRule[],
): readonly DetectionRule[] {
  const needed = new Map<string, Set<string>>();
  for (const rule of correlations)
    for (const [leaf, fields] of neededFields(rule)) needed.set(leaf, (needed.get(leaf) ?? new Set()).union(fields));
  return detections.map((rule) => {
    const missing = [...(needed.get(rule.name) ?? [])].filter(
      (field) => field !== "Computer" && !rule.capture.some(({ name }) => name === field),
    );
    if (missing.length === 0) return rule;
    const added = missing.map(
      (field) => ({ name: field, kind: "field", field, match: undefined, take: "first" }) as const,
    );
    return Object.freeze({ ...rule, capture: [...rule.capture, ...added] });
  });
}
