import { type Condition, type ConditionVisitor, type FieldTest, type Keyword, visitCondition } from "./condition.ts";
import { isAscii, literalOfExpression } from "./regex-literal.ts";
import type { TextPattern } from "./text-pattern.ts";
import type { ValueTest } from "./value-test.ts";

/** A test that can be looked up in a value instead of tried: the whole value, a number, or a literal that stands somewhere in it. */
export interface NecessaryTest {
  /** Undefined for a keyword: any field. */
  readonly field: string | undefined;
  readonly kind: "whole" | "number" | "literal";
  /** In lower case; a number as it is written in decimal. */
  readonly text: string;
  /** All of this as one text. */
  readonly key: string;
}

/** Tests of which any event that fulfils the condition passes at least one, and how often one of them is likely to hold. */
export interface Necessary {
  readonly tests: readonly NecessaryTest[];
  readonly cost: number;
}

/**
 * The cheapest list of tests that the condition cannot do without; undefined when there is none.
 *
 * @param cost how often a test is likely to hold, beside others
 */
export function necessaryTests(condition: Condition, cost: (test: NecessaryTest) => number): Necessary | undefined {
  const none = () => undefined;
  const visitor: ConditionVisitor<Necessary | undefined> = {
    and: ({ terms }) => cheapest(terms.map(inner)),
    or: ({ terms }) => union(terms.map(inner)),
    field: (node) => union(testsOf(node).map(single)),
    keyword: (node) => union(testsOf(node).map(single)),
    not: none,
    exists: none,
    absent: none,
    fieldref: none,
  };
  const done = new Map<Condition, Necessary | undefined>();
  const inner = (node: Condition): Necessary | undefined => {
    if (!done.has(node)) done.set(node, visitCondition(node, visitor));
    return done.get(node);
  };
  const single = (test: NecessaryTest | undefined): Necessary | undefined =>
    test === undefined ? undefined : { tests: [test], cost: cost(test) };
  return inner(condition);
}

/** Every test of a condition that can be looked up, be it necessary or not. */
export function eachLookedUp(condition: Condition, found: (test: NecessaryTest) => void): void {
  const seen = new Set<Condition>();
  const visit = (node: Condition): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === "and" || node.kind === "or") node.terms.forEach(visit);
    else if (node.kind === "field" || node.kind === "keyword")
      for (const test of testsOf(node)) if (test !== undefined) found(test);
  };
  visit(condition);
}

function cheapest(lists: readonly (Necessary | undefined)[]): Necessary | undefined {
  return lists.reduce(
    (best, list) => (best === undefined || (list !== undefined && list.cost < best.cost) ? list : best),
    undefined,
  );
}

function union(lists: readonly (Necessary | undefined)[]): Necessary | undefined {
  const tests: NecessaryTest[] = [];
  let cost = 0;
  for (const list of lists) {
    if (list === undefined) return undefined;
    tests.push(...list.tests);
    cost += list.cost;
  }
  return { tests, cost };
}

/** Asked again for every kind of events that a rule is tried on. */
const known = new WeakMap<FieldTest | Keyword, readonly (NecessaryTest | undefined)[]>();

function testsOf(node: FieldTest | Keyword): readonly (NecessaryTest | undefined)[] {
  let tests = known.get(node);
  if (tests === undefined) {
    const field = node.kind === "field" ? node.field.toLowerCase() : undefined;
    tests = node.tests.map((test) => lookedUp(field, test));
    known.set(node, tests);
  }
  return tests;
}

function lookedUp(name: string | undefined, test: ValueTest): NecessaryTest | undefined {
  if (test.kind === "number" && test.compare === "eq") return necessary(name, "number", String(test.than));
  if (test.kind === "regex") return literalTest(name, literalOfExpression(test.expression.source), true);
  if (test.kind !== "text") return undefined;
  const { pattern, cased } = test;
  const literal = longestLiteral(pattern);
  if (!pattern.every(({ kind }) => kind === "literal")) return literalTest(name, literal, cased);
  return cased && !isAscii(literal) ? undefined : necessary(name, "whole", literal.toLowerCase());
}

/** Lower case is not decided letter by letter outside ASCII: a cased text need not have the lower case of its part. */
function literalTest(field: string | undefined, literal: string, cased: boolean): NecessaryTest | undefined {
  if (cased && !isAscii(literal)) return undefined;
  const text = literal.toLowerCase();
  // A single letter stands in every text.
  return text === "" || (text.length === 1 && isAscii(text)) ? undefined : necessary(field, "literal", text);
}

function necessary(field: string | undefined, kind: NecessaryTest["kind"], text: string): NecessaryTest {
  return { field, kind, text, key: `${field ?? ""}\n${kind}\n${text}` };
}

function longestLiteral(pattern: TextPattern): string {
  let longest = "";
  for (const part of pattern) if (part.kind === "literal" && part.text.length > longest.length) longest = part.text;
  return longest;
}
