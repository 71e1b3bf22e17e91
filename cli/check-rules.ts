import { stdout } from "node:process";
import { checkRules } from "../rules/check.ts";
import { loadRules, type RuleSet } from "../rules/load.ts";
import { realPathOf, ruleFilesAt } from "../rules/rule-files.ts";
import type { Place } from "../rules/sigma/rule.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { counted } from "./report/count-words.ts";
import { faultLine } from "./report/rule-words.ts";
import { visible } from "./report/visible-text.ts";
import { type RuleOptions, refuseEmpty, ruleSource } from "./rule-options.ts";

/** Runs `rootcause rules check`: every rule that is refused, what is to be said of those that run, and how many do. */
export async function checkRuleFiles(given: readonly string[], options: RuleOptions): Promise<ExitCode> {
  const { rulePaths, placeholders } = await ruleSource(options);
  refuseEmpty(given);
  const files = ruleFilesAt(given.length > 0 ? given : rulePaths);
  const set = only(files, loadRules([...rulePaths, ...given], { placeholders }));
  for (const one of set.refused) stdout.write(faultLine(one));
  // What is for other logs than Windows' is no mistake, and much.
  for (const one of set.inactive) if (!one.isForeign) stdout.write(faultLine(one));
  for (const { kind, place, rule, text } of checkRules(set))
    stdout.write(faultLine({ kind, place, rule, reason: text }));
  stdout.write(coverage(set));
  return set.refused.length > 0 ? EXIT.usage : EXIT.ok;
}

/** What comes of these files; the others were loaded because rules refer to them. */
function only(files: readonly string[], set: RuleSet): RuleSet {
  const wanted = new Set(files.map(realPathOf));
  const isWanted = ({ place }: { readonly place: Place }) => wanted.has(realPathOf(place.file));
  return {
    detections: set.detections.filter(isWanted),
    sequences: set.sequences.filter(isWanted),
    correlations: set.correlations.filter(isWanted),
    filters: set.filters.filter(isWanted),
    refused: set.refused.filter(isWanted),
    inactive: set.inactive.filter(isWanted),
  };
}

/** How many rules run, and why the others do not, the most frequent reason first; then how many filters. */
function coverage({ detections, sequences, correlations, filters, refused, inactive }: RuleSet): string {
  const run = new Set(detections.map(({ id }) => id)).size + sequences.length + correlations.length;
  const [badRules, badFilters] = [refused.filter(({ isFilter }) => !isFilter), refused.filter((one) => one.isFilter)];
  const all = run + badRules.length + inactive.filter(({ isFilter }) => !isFilter).length;
  const reasons = [...Map.groupBy(inactive, ({ reason }) => reason)].sort(([, a], [, b]) => b.length - a.length);
  return [
    `${run.toLocaleString("en-US")} of ${all.toLocaleString("en-US")} rules run.\n`,
    ...(badRules.length === 0
      ? []
      : [`${counted(badRules.length, "rule")} ${badRules.length === 1 ? "is" : "are"} refused.\n`]),
    ...reasons.map(
      ([reason, rules]) => `${rules.length.toLocaleString("en-US")} cannot match here: ${visible(reason)}.\n`,
    ),
    ...(filters.length + badFilters.length === 0
      ? []
      : [
          `${filters.length.toLocaleString("en-US")} of ${(filters.length + badFilters.length).toLocaleString("en-US")} filters used.\n`,
        ]),
  ].join("");
}
