import { resolve } from "node:path";
import { stdout } from "node:process";
import { UserError } from "../model/user-error.ts";
import { checkRules } from "../rules/check.ts";
import { loadRules, type RuleSet, ruleFiles } from "../rules/load.ts";
import type { Place } from "../rules/sigma/rule.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { visible } from "./report/visible-text.ts";
import { type RuleOptions, ruleSource } from "./rule-options.ts";

/** Runs `rootcause rules check`: every rule that is refused, what is to be said of those that run, and how many do. */
export async function checkRuleFiles(given: readonly string[], options: RuleOptions): Promise<ExitCode> {
  const { rulePaths, placeholders } = await ruleSource(options);
  const files = ruleFiles(given.length > 0 ? given : rulePaths);
  if (files.length === 0) throw new UserError(`${given.join(", ")}: no rules there: no .yml and no .yaml file.`);
  const set = only(files, loadRules([...rulePaths, ...files], { placeholders }));
  for (const { place, rule, reason } of set.refused)
    stdout.write(`${visible(`${place.file}:${place.line}: ${rule}: refused: ${reason}`)}\n`);
  for (const { kind, place, rule, text } of checkRules(set))
    stdout.write(`${visible(`${place.file}:${place.line}: ${rule}: ${kind}: ${text}`)}\n`);
  stdout.write(coverage(set));
  return set.refused.length > 0 ? EXIT.usage : EXIT.ok;
}
/** What comes of these files; the others were loaded because rules refer to them. */
function only(files: readonly string[], set: RuleSet): RuleSet {
  const wanted = new Set(files.map((file) => resolve(file)));
  const isWanted = ({ place }: { readonly place: Place }) => wanted.has(resolve(place.file));
  return {
    detections: set.detections.filter(isWanted),
    sequences: set.sequences.filter(isWanted),
    correlations: set.correlations.filter(isWanted),
    filters: set.filters.filter(isWanted),
    refused: set.refused.filter(isWanted),
    inactive: set.inactive.filter(isWanted),
  };
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
