import { and, type Condition } from "./condition.ts";
import type { Placeholders } from "./expand.ts";
import { parseDetection, parseLogsource } from "./parse-rule.ts";
import type { DetectionRule, Logsource, Place } from "./rule.ts";
import { asMap, asText, asTexts, faultAt, required } from "./yaml-read.ts";
import type { YamlMap } from "./yaml-tree.ts";

/** A Sigma filter (specification 2.1): what else must hold for the rules that it names, most often that something does not. */
export interface RuleFilter {
  readonly kind: "filter";
  readonly title: string;
  readonly place: Place;
  /** Names or ids; of a filter for any rule, those that it has been found to be for. */
  readonly rules: readonly string[];
  /** `rules: any`: it is for every rule of its logsource. */
  readonly isForAny: boolean;
  readonly logsource: Logsource;
  /** As it is written: a filter that leaves something out says `not selection`. */
  readonly condition: Condition;
}

/**
 * Reads a document with `filter`.
 *
 * @throws RuleFault at the first fault
 * @throws RuleInactive when a placeholder's list is empty
 */
export function parseFilter(map: YamlMap, file: string, placeholders: Placeholders): RuleFilter {
  const body = asMap(required(map, "filter", "rules, searches and a condition"), "rules, searches and a condition");
  const rules = required(body, "rules", "names or ids of the rules that it is for, or any");
  const isForAny = rules.kind === "scalar" && rules.value === "any";
  const logsource = required(map, "logsource", "that of the rules it is for");
  const condition = body.entries.get("condition");
  if (condition?.kind === "list") throw faultAt(condition, "a filter has one condition, not a list");
  return Object.freeze({
    kind: "filter",
    title: asText(required(map, "title", "one line that says what it leaves out")),
    place: { file, line: map.line },
    rules: isForAny ? [] : asTexts(rules),
    isForAny,
    logsource: parseLogsource(asMap(logsource, "product, service")),
    condition: parseDetection(withoutRules(body), placeholders),
  });
}

/** The body of a filter as a `detection` section is written. */
export function withoutRules(body: YamlMap): YamlMap {
  return { ...body, entries: new Map([...body.entries].filter(([name]) => name !== "rules")) };
}

/** Whether a filter's logsource takes in a rule's. */
export function isFor({ logsource }: RuleFilter, rule: DetectionRule): boolean {
  const { product, category, service } = logsource;
  return (
    (product === undefined || product === rule.logsource.product) &&
    (category === undefined || category === rule.logsource.category) &&
    (service === undefined || service === rule.logsource.service)
  );
}

export function filtered(rule: DetectionRule, filters: readonly RuleFilter[]): DetectionRule {
  if (filters.length === 0) return rule;
  return Object.freeze({ ...rule, condition: and([rule.condition, ...filters.map(({ condition }) => condition)]) });
}
