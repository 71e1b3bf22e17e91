import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matches, refusal, ruleText } from "./one-rule.ts";

const SEARCHES = "sel_a:\n  A: 1\nsel_b:\n  B: 1\nfilter:\n  C: 1\n_hidden:\n  D: 1";

function holds(condition: string, present: string): boolean {
  return matches(`${SEARCHES}\ncondition: ${condition}`, Object.fromEntries([...present].map((name) => [name, "1"])));
}

test.each([
  ["sel_a", "A", "B"],
  ["sel_a and sel_b", "AB", "A"],
  ["sel_a or sel_b", "B", "C"],
  ["not sel_a", "B", "A"],
  ["not not sel_a", "A", "B"],
  ["sel_a or sel_b and filter", "A", "B"],
  ["sel_a or sel_b and filter", "BC", "C"],
  ["(sel_a or sel_b) and filter", "AC", "A"],
  ["not sel_a and sel_b", "B", "AB"],
  ["not (sel_a and sel_b)", "A", "AB"],
  ["not 1 of sel_*", "C", "B"],
  ["1 of sel_*", "B", "C"],
  ["any of sel_*", "B", "C"],
  ["all of sel_*", "AB", "A"],
  ["1 of *_b", "B", "A"],
  ["all of them", "ABC", "AB"],
  ["1 of them", "C", "D"],
  ["1 of *", "C", "D"],
  ["_hidden", "D", "A"],
  ["1 of sel_* and not filter", "A", "AC"],
  ["SEL_A OR sel_b".replace("SEL_A", "sel_a"), "B", "C"],
  ["all of sel* AND NOT filter", "AB", "ABC"],
  ["[sel_a and sel_b, filter]", "C", "A"],
])("%s holds with %s and not with %s", (condition, yes, no) => {
  expect(holds(condition, yes)).toBe(true);
  expect(holds(condition, no)).toBe(false);
});

describe("searches", () => {
  const found = (search: string, fields: Record<string, string>) =>
    matches(`sel:\n  ${search}\ncondition: sel`, fields);

  test("a map needs all its items, a list of maps any of them", () => {
    expect(found("A: 1\n  B: 1", { A: "1", B: "1" })).toBe(true);
    expect(found("A: 1\n  B: 1", { A: "1" })).toBe(false);
    expect(found("- A: 1\n  - B: 1", { B: "1" })).toBe(true);
    expect(found("- A: 1\n  - B: 1", { C: "1" })).toBe(false);
  });

  test("keywords are looked for anywhere in any value of the event", () => {
    expect(found("- foo\n  - bar", { X: "a BAR b" })).toBe(true);
    expect(found("- foo\n  - bar", { foo: "x" })).toBe(false);
    expect(found("- f*o", { X: "fXXo" })).toBe(true);
    expect(found("- 4625", { X: "code 4625." })).toBe(true);
    expect(found("'|all': [foo, bar]", { X: "foo", Y: "bar" })).toBe(true);
    expect(found("'|all': [foo, bar]", { X: "foo" })).toBe(false);
    expect(found("'|re': 'fo{2}'", { X: "xfoo" })).toBe(true);
    expect(found("foo", { X: "a foo" })).toBe(true);
  });

  test("a list may hold keywords and maps", () => {
    expect(found("- foo\n  - A: 1", { A: "1" })).toBe(true);
    expect(found("- foo\n  - A: 1", { A: "foo" })).toBe(true);
    expect(found("- foo\n  - A: 1", { A: "2" })).toBe(false);
  });
});

type Tree = string | readonly ["not", Tree] | readonly ["and" | "or", Tree, Tree];

const NAMES = ["sel_a", "sel_b", "filter"] as const;
const FIELD: Readonly<Record<string, string>> = { sel_a: "A", sel_b: "B", filter: "C" };

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...NAMES),
    fc.tuple(fc.constant("not" as const), tie("tree")),
    fc.tuple(fc.constantFrom("and" as const, "or" as const), tie("tree"), tie("tree")),
  ),
}));

/** Written with no more parentheses than the precedence needs: `or` 0, `and` 1, `not` 2. */
function written(node: Tree, binding = 0): string {
  if (typeof node === "string") return node;
  const level = node[0] === "or" ? 0 : node[0] === "and" ? 1 : 2;
  const text =
    node[0] === "not"
      ? `not ${written(node[1], 2)}`
      : `${written(node[1], level)} ${node[0]} ${written(node[2], level + 1)}`;
  return level < binding ? `(${text})` : text;
}

function evaluate(node: Tree, present: ReadonlySet<string>): boolean {
  if (typeof node === "string") return present.has(FIELD[node] ?? "");
  if (node[0] === "not") return !evaluate(node[1], present);
  const [left, right] = [evaluate(node[1], present), evaluate(node[2], present)];
  return node[0] === "and" ? left && right : left || right;
}

test("any condition holds exactly when a plain evaluation of it does", () => {
  fc.assert(
    fc.property(tree, fc.subarray(["A", "B", "C"]), (node, present) => {
      expect(holds(written(node), present.join(""))).toBe(evaluate(node, new Set(present)));
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["sel_a and", "ends where the name of a search should follow"],
  ["sel_x", '"sel_x" is the name of no search; there are sel_a, sel_b, filter, _hidden'],
  ["1 of x*", '"x*" is the name of no search; there are sel_a, sel_b, filter, _hidden'],
  ["2 of them", '"2 of" is not known; write "1 of" or "all of"'],
  ["1 of", '"1 of" needs "them" or a pattern of names after it'],
  ["(sel_a", '")" is missing'],
  ["sel_a)", '")" closes nothing'],
  ["sel_a sel_b", '"and" or "or" is missing before "sel_b"'],
  ["and sel_a", 'the name of a search is missing before "and"'],
  ["sel_*", '"sel_*" needs "1 of" or "all of" before it'],
  ["sel_a | count() > 5", "aggregations after | left Sigma with version 2; write a correlation rule instead"],
  ["sel_a & sel_b", '"&" means nothing here'],
  [`${"(".repeat(100)}sel_a${")".repeat(100)}`, "is nested deeper than 64 levels"],
])("%s is refused: %s", (condition, reason) => {
  expect(refusal(ruleText(`${SEARCHES}\ncondition: ${condition}`))).toBe(`14: detection.condition: ${reason}`);
});
