import { stderr, stdout } from "node:process";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { findRule, loadForShow } from "./find-rule.ts";
import { lookOf } from "./report/look.ts";
import { ruleFaults, ruleTable, ruleWords } from "./report/rule-words.ts";
import type { RuleOptions } from "./rule-options.ts";

/** Runs `rootcause rules list`. */
export async function listRules(options: RuleOptions): Promise<ExitCode> {
  const set = await loadForShow(options);
  stdout.write(ruleTable(set, lookOf(stdout)));
  stderr.write(ruleFaults(set));
  return set.refused.length > 0 ? EXIT.usage : EXIT.ok;
}

/** Runs `rootcause rules show NAME`. */
export async function showRule(name: string, options: RuleOptions): Promise<void> {
  const { rule } = await findRule(name, options);
  stdout.write(ruleWords(rule, lookOf(stdout)));
}
