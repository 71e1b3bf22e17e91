import { readFileSync } from "node:fs";
import { DAY } from "../model/ticks.ts";
import { UserError } from "../model/user-error.ts";
import { Correlator } from "./correlate/correlator.ts";
import { loadRules, type RuleSet } from "./load.ts";
import { placeholdersOf } from "./operator-lists.ts";
import { isExamples } from "./parse-file.ts";
import { findRuleFiles } from "./rule-files.ts";
import { type RuleTestResult, ruleFileOf, runRuleTests } from "./rule-tests.ts";
import type { Placeholders } from "./sigma/expand.ts";
import { readYaml } from "./sigma/yaml-tree.ts";

/** What the lists of roots hold while examples run, so that the rules that need one can be tried: Entrust's root of 2048 bits, DigiCert's Global Root CA. */
const EXAMPLE_LISTS = {
  mustStayOff: ["503006091D97D4F5AE39F7CBE7927D7D652D3431"],
  ownRoots: ["A8985D3A65E5E5C4B2D7D66D40C6DD2FB19C5436"],
};

/** No timespan has more than six digits of days. */
const LONGER_THAN_ANY = 1_000_000n * DAY;

export interface Examples {
  readonly rules: RuleSet;
  /** Paths of the files that hold the examples. */
  readonly files: readonly string[];
  readonly results: readonly RuleTestResult[];
}

export interface ExampleOptions {
  /** More rules that those that are tried may refer to. */
  readonly others?: readonly string[];
  /** What stands for the operator's own `%name%`. */
  readonly expand?: Placeholders;
}

/**
 * Runs the examples of rules: those beside them in `foo.test.yml`, and those in their own files under `tests:`.
 *
 * @param paths folders and files of rules
 * @throws UserError when a path cannot be read, or there are no examples
 */
export function runExamples(paths: readonly string[], { others = [], expand }: ExampleOptions = {}): Examples {
  const rulePaths = paths.map(ruleFileOf);
  const placeholders = placeholdersOf({ ...EXAMPLE_LISTS, ...(expand === undefined ? {} : { expand }) });
  const rules = loadRules([...rulePaths, ...others], { placeholders });
  const found = findRuleFiles(rulePaths);
  const files = [...found.examples, ...found.rules.filter(hasExamples)];
  if (files.length === 0)
    throw new UserError(
      `${paths.join(", ")}: no examples; write those of foo.yml into foo.test.yml beside it, or into a document of its own with tests:.`,
    );
  const results = files.flatMap((file) =>
    runRuleTests(rules, placeholders, file, (rule, detections) => {
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

function hasExamples(file: string): boolean {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    // `loadRules` says so.
    return false;
  }
  // Few files have any: the word is looked for before the text is taken apart.
  return text.includes("tests") && readYaml(text).some(isExamples);
}
