import { stderr, stdout } from "node:process";
import type { Command } from "commander";
import { UserError } from "../model/user-error.ts";
import { loadRules, type RuleSet } from "../rules/load.ts";
import { type Look, lookOf } from "./report/look.ts";
import { ruleFaults, ruleTable, ruleWords } from "./report/rule-words.ts";
import { addRuleOptions, type RuleOptions, rulePaths } from "./rule-options.ts";

const HELP = `
Examples:
  rootcause rules list                              the built-in rules
  rootcause rules list --no-builtin --rules ./sigma what of a folder can be used, and what not, and why
  rootcause rules show root_change_broke_tls        one rule in words`;

export function addRules(program: Command): void {
  const rules = program.command("rules").description("list the rules, or show one").addHelpText("after", HELP);
  addRuleOptions(rules.command("list").description("list the rules that a scan uses")).action(
    (options: RuleOptions) => {
      const set = load(options);
      stdout.write(ruleTable(set, lookOf(stdout)));
      stderr.write(ruleFaults(set));
    },
  );
  addRuleOptions(
    rules.command("show").description("show one rule in words").argument("<name>", "its name, id or title"),
  ).action((name: string, options: RuleOptions) => {
    stdout.write(ruleWordsOf(name, load(options), lookOf(stdout)));
  });
  for (const command of rules.commands) command.option("--debug", "print the stack of an internal error");
}

/** Without an operator's lists, the rules that need one are shown as inactive. */
function load(options: RuleOptions): RuleSet {
  const placeholders = new Map([
    ["must_stay_off", []],
    ["own_roots", []],
  ]);
  return loadRules(rulePaths(options), { placeholders });
}

function ruleWordsOf(name: string, set: RuleSet, look: Look): string {
  const wanted = name.toLowerCase();
  const rule = [...set.sequences, ...set.detections].find((one) =>
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
