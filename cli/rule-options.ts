import type { Command } from "commander";
import { UserError } from "../model/user-error.ts";
import { placeholdersOf } from "../rules/operator-lists.ts";
import { ruleFilesAt } from "../rules/rule-files.ts";
import type { Placeholders } from "../rules/sigma/expand.ts";
import { type RuleConfig, readRules } from "./config.ts";
import { LIBRARY } from "./package-root.ts";
import { collect } from "./parse-options.ts";

export interface RuleOptions {
  readonly rules?: readonly string[];
  readonly builtin: boolean;
  readonly config?: string;
  /** Of `scan --must-stay-off`, beside what the configuration lists. */
  readonly mustStayOff?: readonly string[];
}

/** Which rules a command is to use. */
export interface RuleSource {
  /** Files and folders, the built-in ones first. */
  readonly rulePaths: readonly string[];
  /** What the operator's lists hold. */
  readonly placeholders: Placeholders;
}

export function addRuleOptions(command: Command): Command {
  return command
    .option(
      "--rules <dir>",
      "Sigma rules to use beside the built-in ones, a file or a folder; may be given again (rules.paths of the configuration unless given)",
      collect,
    )
    .option("--no-builtin", "leave the built-in rules out")
    .option("--config <file>", "the configuration (./rootcause.yml unless given)");
}

/**
 * The rules that the options ask for, or else the configuration does.
 *
 * @throws UserError when that leaves none, or the configuration cannot be read
 */
export async function ruleSource({ rules, builtin, config, mustStayOff = [] }: RuleOptions): Promise<RuleSource> {
  refuseEmpty(rules ?? []);
  const configured = await readRules(config);
  return configuredRules({
    ...configured,
    mustStayOff: [...mustStayOff, ...configured.mustStayOff],
    rules: {
      ...configured.rules,
      paths: rules ?? configured.rules.paths,
      builtin: builtin && configured.rules.builtin,
    },
  });
}

/** A folder without rules that was named is a mistake: most likely it is the wrong one. @throws UserError */
export function refuseEmpty(paths: readonly string[]): void {
  const empty = paths.find((path) => ruleFilesAt([path]).length === 0);
  if (empty !== undefined) throw new UserError(`${empty}: no rules there: no .yml and no .yaml file.`);
}

/** The same of what a configuration says alone. */
export function configuredRules({ rules, mustStayOff, ownRoots }: RuleConfig): RuleSource {
  const { paths, builtin, expand } = rules;
  if (!builtin && paths.length === 0) throw new UserError("--no-builtin leaves no rules: name some with --rules DIR.");
  return {
    rulePaths: builtin ? [LIBRARY, ...paths] : paths,
    placeholders: placeholdersOf({ mustStayOff, ownRoots, expand }),
  };
}
