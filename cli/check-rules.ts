import { stdout } from "node:process";
import { checkRules } from "../rules/check.ts";
import { loadRules, type RuleSet } from "../rules/load.ts";
import { WITHOUT_LISTS } from "../rules/operator-lists.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { visible } from "./report/visible-text.ts";

/** Runs `rootcause rules check DIR`: every rule that is refused, what is to be said of those that run, and how many do. */
export function checkRuleFiles(paths: readonly string[]): ExitCode {
  const set = loadRules(paths, { placeholders: WITHOUT_LISTS });
  for (const { place, rule, reason } of set.refused)
    stdout.write(`${visible(`${place.file}:${place.line}: ${rule}: refused: ${reason}`)}\n`);
  for (const { kind, place, rule, text } of checkRules(set))
    stdout.write(`${visible(`${place.file}:${place.line}: ${rule}: ${kind}: ${text}`)}\n`);
  stdout.write(coverage(set));
  return set.refused.length > 0 ? EXIT.usage : EXIT.ok;
}

/** How many rules run, and why the others do not, the most frequent reason first. */
function coverage({ detections, sequences, correlations, refused, inactive }: RuleSet): string {
  const run = new Set(detections.map(({ id }) => id)).size + sequences.length + correlations.length;
  const all = run + refused.length + inactive.length;
  const reasons = [...Map.groupBy(inactive, ({ reason }) => reason)].sort(([, a], [, b]) => b.length - a.length);
  return [
    `${count(run)} of ${count(all)} rules run.\n`,
    ...(refused.length === 0 ? [] : [`${count(refused.length)} are refused.\n`]),
    ...reasons.map(([reason, rules]) => `${count(rules.length)} cannot match here: ${visible(reason)}.\n`),
  ].join("");
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
