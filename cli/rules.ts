import { type Command, Option } from "commander";
import type { ExplainOptions } from "./explain-rule.ts";
import { collect, parseMoment, parseRecordId } from "./parse-options.ts";
import { addRuleOptions, type RuleOptions } from "./rule-options.ts";
import type { RuleSqlOptions } from "./rule-sql.ts";

const HELP = `
Examples:
  rootcause rules list                              the rules that a scan uses: the built-in ones and those of rootcause.yml
  rootcause rules list --no-builtin --rules ./sigma what of a folder can be used, and what not, and why
  rootcause rules show root_change_broke_tls        one rule in words
  rootcause rules check ./sigma                     which of a folder are refused, can never match, or cost much
  rootcause rules test                              all rules against their own examples
  rootcause rules test ./sigma                      the same for a folder or file: foo.yml has its examples in foo.test.yml
  rootcause rules sql ./sigma/foo.yml --from 2026-03-01   the rule as ClickHouse SQL, for a hunt over stored events
  rootcause rules explain ./sigma/foo.yml --event Security.evtx --record 4711   why it matches an event, or why not`;

export function addRules(program: Command): void {
  const rules = program
    .command("rules")
    .description("list the rules, show one, check a folder of them, or try them on their examples")
    .addHelpText("after", HELP);
  addRuleOptions(
    rules.command("list").description("list the rules that a scan uses; exit code 2 when one is refused"),
  ).action(async (options: RuleOptions) => {
    const { listRules } = await import("./show-rules.ts");
    process.exitCode = await listRules(options);
  });
  addRuleOptions(
    rules.command("show").description("show one rule in words").argument("<name>", "its name, id or title"),
  ).action(async (name: string, options: RuleOptions) => {
    const { showRule } = await import("./show-rules.ts");
    await showRule(name, options);
  });
  addRuleOptions(
    rules
      .command("test")
      .description("run the examples beside the rules: events that must trip them, and events that must not")
      .argument("[path...]", "folders or files of rules (all that a scan uses unless given)"),
  ).action(async (paths: readonly string[], options: RuleOptions) => {
    const { testRules } = await import("./test-rules.ts");
    process.exitCode = await testRules(paths, options);
  });
  addRuleOptions(
    rules
      .command("check")
      .description("say which rules of a folder are refused and why, which can never match, and which are expensive")
      .argument("[path...]", "folders or files of rules (all that a scan uses unless given)"),
  ).action(async (paths: readonly string[], options: RuleOptions) => {
    const { checkRuleFiles } = await import("./check-rules.ts");
    process.exitCode = await checkRuleFiles(paths, options);
  });
  addRuleOptions(
    rules
      .command("sql")
      .description("print a detection rule as ClickHouse SQL over the stored events (scan --store-events, run)")
      .argument("<rule>", "its name, id or title, or the file that holds it"),
  )
    .option("--from <time>", "leave out events before this moment (UTC unless it names a zone)", parseMoment)
    .option("--to <time>", "leave out events from this moment on", parseMoment)
    .action(async (name: string, options: RuleSqlOptions) => {
      const { printRuleSql } = await import("./rule-sql.ts");
      await printRuleSql(name, options);
    });
  addRuleOptions(
    rules
      .command("explain")
      .description(
        "say why a rule matches events, or which of its conditions fails and with what value; of a correlation, what is missing",
      )
      .argument("<rule>", "its name, id or title, or the file that holds it"),
  )
    .requiredOption(
      "--event <path>",
      "a log that scan reads, or a folder of them: the events that match, or those that come nearest; may be given again",
      collect,
    )
    .option("--record <n>", "only the event of this EventRecordID", parseRecordId)
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .action(async (name: string, options: ExplainOptions) => {
      const { explainRule } = await import("./explain-rule.ts");
      process.exitCode = await explainRule(name, options);
    });
  for (const command of rules.commands) command.option("--debug", "print the stack of an internal error");
}
