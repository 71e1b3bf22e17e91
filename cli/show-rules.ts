import { stderr, stdout } from "node:process";
import { findRule, loadForShow } from "./find-rule.ts";
import { lookOf } from "./report/look.ts";
import { ruleFaults, ruleTable, ruleWords } from "./report/rule-words.ts";
import type { RuleOptions } from "./rule-options.ts";

/** Runs `rootcause rules list`. */
export function listRules(options: RuleOptions): void {
  const set = loadForShow(options);
  stdout.write(ruleTable(set, lookOf(stdout)));
  stderr.write(ruleFaults(set));
}

/** Runs `rootcause rules show NAME`. */
export function showRule(name: string, options: RuleOptions): void {
  stdout.write(ruleWords(findRule(name, options).rule, lookOf(stdout)));
}
