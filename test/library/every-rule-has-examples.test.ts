import { globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Correlator } from "../../rules/correlate/correlator.ts";
import { loadRules } from "../../rules/load.ts";
import { parseRuleTests } from "../../rules/parse-rule-tests.ts";
import { runRuleTests } from "../../rules/rule-tests.ts";

const library = join(import.meta.dirname, "../../rules/library");
const rules = loadRules([library], {
  placeholders: new Map([
    ["must_stay_off", ["503006091D97D4F5AE39F7CBE7927D7D652D3431"]],
    ["own_roots", ["A8985D3A65E5E5C4B2D7D66D40C6DD2FB19C5436"]],
  ]),
});
const files = globSync("*.test.yml", { cwd: library }).map((file) => join(library, file));

test("every built-in rule loads", () => {
  expect(rules.refused).toEqual([]);
  expect(rules.inactive).toEqual([]);
});

describe.each(files)("%s", (file) => {
  const results = runRuleTests(rules, file, (rule, detections) => {
    const correlator = new Correlator([rule]);
    for (const detection of detections) correlator.add(detection);
    return correlator.incidents();
  });
  test.each(results)("$rule: $name", ({ difference }) => expect(difference).toBeUndefined());
});

test("every built-in rule has an example that trips it and one that does not", () => {
  const examples = files.flatMap((file) => parseRuleTests(file));
  const without = [...rules.detections, ...rules.sequences].filter(({ name, kind }) => {
    const own = examples.filter(({ rule }) => rule === name);
    const trips = own.some(({ expect: expected }) =>
      kind === "detection" ? expected === "match" : expected !== "no match",
    );
    const passes = own.some(({ expect: expected }) => expected === "no match" || typeof expected !== "string");
    return !(trips && passes);
  });
  expect(without.map(({ name }) => name)).toEqual([]);
});
