import { stdout } from "node:process";
import { runExamples } from "../rules/run-examples.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { LIBRARY } from "./package-root.ts";
import { ruleFaults } from "./report/rule-words.ts";
import { visible } from "./report/visible-text.ts";

/** Runs `rootcause rules test`: each example that does not hold, with what happened instead, then how many did. */
export function testRules(folder: string | undefined): ExitCode {
  const { rules, results } = folder === undefined ? runExamples(LIBRARY) : runExamples(folder, [LIBRARY]);
  stdout.write(ruleFaults({ refused: rules.refused, inactive: [] }));
  const failed = results.filter(({ difference }) => difference !== undefined);
  for (const { place, rule, name, difference } of failed)
    stdout.write(`${visible(`${place.file}:${place.line}: ${rule}: ${name}`)}\n  ${visible(difference ?? "")}\n`);
  stdout.write(`${results.length - failed.length} of ${results.length} examples hold.\n`);
  return failed.length > 0 || rules.refused.length > 0 ? EXIT.usage : EXIT.ok;
}
