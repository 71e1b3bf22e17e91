import { existsSync } from "node:fs";
import { UserError } from "../model/user-error.ts";
import type { CorrelationRule } from "../rules/correlate/correlation-rule.ts";
import { loadRules, type RuleSet } from "../rules/load.ts";
import { WITHOUT_LISTS } from "../rules/operator-lists.ts";
import type { DetectionRule } from "../rules/sigma/rule.ts";
import { type RuleOptions, rulePaths } from "./rule-options.ts";

export interface FoundRule {
  readonly rule: DetectionRule | CorrelationRule;
  /** All that was loaded with it. */
  readonly set: RuleSet;
}

/** Without an operator's lists: the rules that need one are inactive. */
export function loadForShow(options: RuleOptions): RuleSet {
  return load(rulePaths(options));
}

function load(paths: readonly string[]): RuleSet {
  return loadRules(paths, { placeholders: WITHOUT_LISTS });
}

/**
 * The rule that a user means: by its name, id or title, or by the file that holds it and no other.
 * @throws UserError when there is none, or it cannot be used
 */
export function findRule(name: string, options: RuleOptions): FoundRule {
  return /\.ya?ml$/.test(name) && existsSync(name) ? onlyRuleOf(name) : namedRule(name, loadForShow(options));
}

function onlyRuleOf(file: string): FoundRule {
  const set = load([file]);
  const all = [...set.sequences, ...set.correlations, ...set.detections];
  // A rule and its twin have one id.
  const [rule, ...more] = all.filter(({ id }, at) => all.findIndex((other) => other.id === id) === at);
  const [fault] = [...set.refused, ...set.inactive];
  if (rule !== undefined && more.length === 0) return { rule, set };
  if (rule !== undefined)
    throw new UserError(`${file} holds ${more.length + 1} rules: name one of them, with --rules ${file}.`);
  if (fault === undefined) throw new UserError(`${file} holds no rule.`);
  throw new UserError(
    `${fault.place.file}:${fault.place.line}: the rule "${fault.rule}" is ${fault.kind}: ${fault.reason}`,
  );
}

function namedRule(name: string, set: RuleSet): FoundRule {
  const wanted = name.toLowerCase();
  const rule = [...set.sequences, ...set.correlations, ...set.detections].find((one) =>
    [one.name, one.id, one.title].some((text) => text.toLowerCase() === wanted),
  );
  if (rule !== undefined) return { rule, set };
  const faulty = [...set.refused, ...set.inactive].find((one) => one.rule.toLowerCase() === wanted);
  throw new UserError(
    faulty === undefined
      ? `There is no rule "${name}": "rootcause rules list" shows those that there are.`
      : `The rule "${name}" (${faulty.place.file}:${faulty.place.line}) is ${faulty.kind}: ${faulty.reason}`,
  );
}
