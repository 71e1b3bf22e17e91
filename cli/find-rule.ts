import { existsSync } from "node:fs";
import { UserError } from "../model/user-error.ts";
import type { CorrelationRule } from "../rules/correlate/correlation-rule.ts";
import { loadRules, type RuleSet } from "../rules/load.ts";
import type { Placeholders } from "../rules/sigma/expand.ts";
import type { DetectionRule } from "../rules/sigma/rule.ts";
import { type RuleOptions, ruleSource } from "./rule-options.ts";

export interface FoundRule {
  readonly rule: DetectionRule | CorrelationRule;
  /** All that was loaded with it. */
  readonly set: RuleSet;
  readonly placeholders: Placeholders;
}

/**
 * The rule that a user means: by its name, id or title, or by the file that holds it and no other.
 * @throws UserError when there is none, or it cannot be used
 */
export async function findRule(name: string, options: RuleOptions): Promise<FoundRule> {
  const { rulePaths, placeholders } = await ruleSource(options);
  // A file comes before the other rules, which it may refer to: a draft has the id of the rule that it is to replace.
  const isFile = /\.ya?ml$/.test(name) && existsSync(name);
  const set = loadRules(isFile ? [name, ...rulePaths] : rulePaths, { placeholders });
  return { rule: isFile ? onlyRuleOf(name, set) : namedRule(name, set), set, placeholders };
}

function onlyRuleOf(file: string, set: RuleSet): FoundRule["rule"] {
  const isThere = ({ place }: { readonly place: { readonly file: string } }) => place.file === file;
  const all = [...set.sequences, ...set.correlations, ...set.detections].filter(isThere);
  // A rule and its twin have one id.
  const [rule, ...more] = all.filter(({ id }, at) => all.findIndex((other) => other.id === id) === at);
  const fault = [...set.refused, ...set.inactive].find(isThere);
  if (rule !== undefined && more.length === 0) return rule;
  if (rule !== undefined)
    throw new UserError(`${file} holds ${more.length + 1} rules: name one of them, with --rules ${file}.`);
  if (fault === undefined) throw new UserError(`${file} holds no rule.`);
  throw new UserError(
    `${fault.place.file}:${fault.place.line}: the rule${fault.rule === "" ? "" : ` "${fault.rule}"`} is ${fault.kind}: ${fault.reason}`,
  );
}

function namedRule(name: string, set: RuleSet): FoundRule["rule"] {
  const wanted = name.toLowerCase();
  const rule = [...set.sequences, ...set.correlations, ...set.detections].find((one) =>
    [one.name, one.id, one.title].some((text) => text.toLowerCase() === wanted),
  );
  if (rule !== undefined) return rule;
  const faulty = [...set.refused, ...set.inactive].find((one) => one.rule.toLowerCase() === wanted);
  throw new UserError(
    faulty === undefined
      ? `There is no rule "${name}": "rootcause rules list" shows those that there are.`
      : `The rule "${name}" (${faulty.place.file}:${faulty.place.line}) is ${faulty.kind}: ${faulty.reason}`,
  );
}
