import { stdout } from "node:process";
import { ruleFilesAt } from "../rules/rule-files.ts";
import { ruleFileOf } from "../rules/rule-tests.ts";
import { runExamples } from "../rules/run-examples.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { explanationLines } from "./report/explanation-words.ts";
import { ruleFaults } from "./report/rule-words.ts";
import { visible } from "./report/visible-text.ts";
import { type RuleOptions, ruleSource } from "./rule-options.ts";

/** Runs `rootcause rules test`: each example that does not hold, with what happened instead, then how many did. */
export async function testRules(given: readonly string[], options: RuleOptions): Promise<ExitCode> {
  const { rulePaths, placeholders } = await ruleSource(options);
  const paths = given.length > 0 ? given : rulePaths;
  const { rules, results } = runExamples(paths, { others: rulePaths, expand: placeholders });
  const files = new Set(ruleFilesAt(paths.map(ruleFileOf)));
  const refused = rules.refused.filter(({ place }) => files.has(place.file));
  stdout.write(ruleFaults({ refused, inactive: [] }));
  const failed = results.filter(({ difference }) => difference !== undefined);
  for (const { place, rule, name, difference, explanation } of failed) {
    const lines = [`${place.file}:${place.line}: ${rule}: ${name}`, `  ${difference ?? ""}`];
    const why = explanation === undefined ? [] : explanationLines(explanation);
    stdout.write(`${[...lines, ...why].map(visible).join("\n")}\n`);
  }
  stdout.write(`${results.length - failed.length} of ${results.length} examples hold.\n`);
  return failed.length > 0 || refused.length > 0 ? EXIT.usage : EXIT.ok;
}
