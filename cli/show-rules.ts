import { stderr, stdout } from "node:process";
import { loadRules } from "../rules/load.ts";
import { writtenRule } from "../rules/rule-parts.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { findRule } from "./find-rule.ts";
import { counted } from "./report/count-words.ts";
import { lookOf } from "./report/look.ts";
import { correlationWords, detectionWords, ruleFaults, ruleTable } from "./report/rule-words.ts";
import { type RuleOptions, ruleSource } from "./rule-options.ts";

/** Runs `rootcause rules list`. */
export async function listRules(options: RuleOptions): Promise<ExitCode> {
  const { rulePaths, placeholders } = await ruleSource(options);
  const set = loadRules(rulePaths, { placeholders });
  stdout.write(ruleTable(set, lookOf(stdout)));
  stderr.write(ruleFaults(set));
  const { length } = set.refused;
  if (length > 0) stderr.write(`${counted(length, "rule")} ${length === 1 ? "is" : "are"} refused.\n`);
  return set.refused.length > 0 ? EXIT.usage : EXIT.ok;
}

/** Runs `rootcause rules show NAME`. */
export async function showRule(name: string, options: RuleOptions): Promise<void> {
  const { rule, set, placeholders } = await findRule(name, options);
  const look = lookOf(stdout);
  stdout.write(
    rule.kind === "detection"
      ? detectionWords(rule, writtenRule(rule, set, placeholders), look)
      : correlationWords(rule, look),
  );
}
