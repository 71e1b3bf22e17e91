import { stderr, stdout } from "node:process";
import { UserError } from "../model/user-error.ts";
import { loadRules, type RuleSet } from "../rules/load.ts";
import { placeholdersOf } from "../rules/operator-lists.ts";
import { type Look, lookOf } from "./report/look.ts";
import { ruleFaults, ruleTable, ruleWords } from "./report/rule-words.ts";
import { type RuleOptions, rulePaths } from "./rule-options.ts";

/** Runs `rootcause rules list`. */
export function listRules(options: RuleOptions): void {
  const set = load(options);
  stdout.write(ruleTable(set, lookOf(stdout)));
  stderr.write(ruleFaults(set));
}

/** Runs `rootcause rules show NAME`. */
export function showRule(name: string, options: RuleOptions): void {
  stdout.write(ruleWordsOf(name, load(options), lookOf(stdout)));
}

/** Without an operator's lists, the rules that need one are shown as inactive. */
function load(options: RuleOptions): RuleSet {
  return loadRules(rulePaths(options), { placeholders: placeholdersOf({ mustStayOff: [], ownRoots: [] }) });
}

function ruleWordsOf(name: string, set: RuleSet, look: Look): string {
  const wanted = name.toLowerCase();
  const rule = [...set.sequences, ...set.correlations, ...set.detections].find((one) =>
    [one.name, one.id, one.title].some((text) => text.toLowerCase() === wanted),
  );
  if (rule !== undefined) return ruleWords(rule, look);
  const faulty = [...set.refused, ...set.inactive].find((one) => one.rule.toLowerCase() === wanted);
  throw new UserError(
    faulty === undefined
      ? `There is no rule "${name}": "rootcause rules list" shows those that there are.`
      : `The rule "${name}" (${faulty.place.file}:${faulty.place.line}) is ${faulty.kind}: ${faulty.reason}`,
  );
}
