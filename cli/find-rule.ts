import { existsSync } from "node:fs";
import { UserError } from "../model/user-error.ts";
import type { CorrelationRule } from "../rules/correlate/correlation-rule.ts";
import { loadRules, type RuleSet } from "../rules/load.ts";
import type { DetectionRule } from "../rules/sigma/rule.ts";
import { type RuleOptions, ruleSource } from "./rule-options.ts";

export interface FoundRule {
  readonly rule: DetectionRule | CorrelationRule;
  /** All that was loaded with it. */
  readonly set: RuleSet;
}

/** The rules that a scan with these options uses. */
export async function loadForShow(options: RuleOptions): Promise<RuleSet> {
  const { rulePaths, placeholders } = await ruleSource(options);
  return loadRules(rulePaths, { placeholders });
}

/**
 * The rule that a user means: by its name, id or title, or by the file that holds it and no other.
 * @throws UserError when there is none, or it cannot be used
 */
export async function findRule(name: string, options: RuleOptions): Promise<FoundRule> {
  return /\.ya?ml$/.test(name) && existsSync(name)
    ? onlyRuleOf(name, options)
    : namedRule(name, await loadForShow(options));
}

/** With the other rules, which it may refer to. It comes first: a draft has the id of the rule that it is to replace. */
async function onlyRuleOf(file: string, options: RuleOptions): Promise<FoundRule> {
  const { rulePaths, placeholders } = await ruleSource(options);
  const set = loadRules([file, ...rulePaths], { placeholders });
  const isThere = ({ place }: { readonly place: { readonly file: string } }) => place.file === file;
  const all = [...set.sequences, ...set.correlations, ...set.detections].filter(isThere);
  // A rule and its twin have one id.
  const [rule, ...more] = all.filter(({ id }, at) => all.findIndex((other) => other.id === id) === at);
  const fault = [...set.refused, ...set.inactive].find(isThere);
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
