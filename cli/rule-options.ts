import type { Command } from "commander";
import { UserError } from "../model/user-error.ts";
import { LIBRARY } from "./package-root.ts";
import { collect } from "./parse-options.ts";

export interface RuleOptions {
  readonly rules?: readonly string[];
  readonly builtin: boolean;
}

export function addRuleOptions(command: Command): Command {
  return command
    .option(
      "--rules <dir>",
      "Sigma rules to use beside the built-in ones: a file or a folder; may be given again",
      collect,
    )
    .option("--no-builtin", "leave the built-in rules out");
}

/** Where the rules that these options ask for lie. */
export function rulePaths({ rules = [], builtin }: RuleOptions): readonly string[] {
  if (!builtin && rules.length === 0) throw new UserError("--no-builtin leaves no rules: name some with --rules DIR.");
  return builtin ? [LIBRARY, ...rules] : rules;
}
