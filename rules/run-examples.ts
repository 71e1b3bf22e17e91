import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import { DAY } from "../model/ticks.ts";
import { UserError } from "../model/user-error.ts";
import { Correlator } from "./correlate/correlator.ts";
import { loadRules, type RuleSet } from "./load.ts";
import { placeholdersOf } from "./operator-lists.ts";
import { type RuleTestResult, runRuleTests } from "./rule-tests.ts";

/** What the operator's lists hold while examples run, so that the rules that need one can be tried: Entrust's root of 2048 bits, DigiCert's Global Root CA. */
const EXAMPLE_LISTS = placeholdersOf({
  mustStayOff: ["503006091D97D4F5AE39F7CBE7927D7D652D3431"],
  ownRoots: ["A8985D3A65E5E5C4B2D7D66D40C6DD2FB19C5436"],
});

/** No timespan has more than six digits of days. */
const LONGER_THAN_ANY = 1_000_000n * DAY;

export interface Examples {
  readonly rules: RuleSet;
  /** Paths of the `.test.yml` files. */
  readonly files: readonly string[];
  readonly results: readonly RuleTestResult[];
}

/**
 * Runs the examples that lie beside the rules of a folder, with the rules of all the folders loaded.
 *
 * @param folder where the `.test.yml` files are
 * @param others more rules that those of the folder may refer to
 * @throws UserError when the folder cannot be read or has no examples
 */
export function runExamples(folder: string, others: readonly string[] = []): Examples {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(
      `${folder}: there is no such folder; name one that has rules and their *.test.yml beside them.`,
    );
  const rules = loadRules([folder, ...others], { placeholders: EXAMPLE_LISTS });
  const files = globSync("**/*.test.{yml,yaml}", { cwd: folder })
    .sort()
    .map((file) => join(folder, file));
  if (files.length === 0)
    throw new UserError(`${folder}: no examples; write them beside the rules, for foo.yml in foo.test.yml.`);
  const results = files.flatMap((file) =>
    runRuleTests(rules, file, (rule, detections) => {
      const correlator = new Correlator([rule]);
      for (const detection of detections) correlator.add(detection);
      // The logs of an example go on after it: what it says is absent stays so.
      if (rule.kind === "standard")
        for (const { event } of detections) {
          const { computer, channel, time } = event;
          correlator.addCoverage({ computer, channel, first: time, last: time + LONGER_THAN_ANY });
        }
      return correlator.incidents();
    }),
  );
  return { rules, files, results };
}
