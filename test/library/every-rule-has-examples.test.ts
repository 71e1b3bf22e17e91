import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseRuleTests } from "../../rules/parse-rule-tests.ts";
import { runExamples } from "../../rules/run-examples.ts";

const { rules, files, results } = runExamples([join(import.meta.dirname, "../../rules/library")]);

test("every built-in rule loads", () => {
  expect(rules.refused).toEqual([]);
  expect(rules.inactive).toEqual([]);
});

describe("examples", () => {
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
