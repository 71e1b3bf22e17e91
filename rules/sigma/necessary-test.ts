import { type Condition, type ConditionVisitor, visitCondition } from "./condition.ts";
import { isEveryday } from "./everyday.ts";
import { isAscii, literalOfExpression } from "./regex-literal.ts";
import type { TextPattern } from "./text-pattern.ts";
import type { ValueTest } from "./value-test.ts";

/** Tests that can be looked up in a value instead of tried: the whole value, a number, or a literal that stands somewhere in it. */
export interface NecessaryTests {
  /** Undefined for keywords: any field. */
  readonly field?: string | undefined;
  readonly kind: "whole" | "number" | "literal";
  /** In lower case; a number as it is written in decimal. */
  readonly texts: readonly string[];
}

interface NecessaryTest extends Omit<NecessaryTests, "texts"> {
  readonly text: string;
}

/** Tests of which any event that fulfils the condition passes at least one, and how often one of them is likely to hold. */
interface Necessary {
  readonly tests: readonly NecessaryTest[];
  readonly cost: number;
}

/**
 * Tests of which any event that fulfils the condition passes at least one: those that are likely to hold for the fewest events, by field and kind.
 * Undefined when there are none.
 */
export function necessaryTests(condition: Condition): readonly NecessaryTests[] | undefined {
  const groups = new Map<string, { field: string | undefined; kind: NecessaryTests["kind"]; texts: Set<string> }>();
  const necessary = cheapestTests(condition);
  if (necessary === undefined) return undefined;
  for (const { field, kind, text } of necessary.tests) {
    const key = `${kind} ${field ?? ""}`;
    const group = groups.get(key) ?? { field, kind, texts: new Set() };
    group.texts.add(text);
    groups.set(key, group);
  }
  return Array.from(groups.values(), ({ field, kind, texts }) => ({ field, kind, texts: [...texts] }));
}

function cheapestTests(condition: Condition): Necessary | undefined {
  const none = () => undefined;
  const visitor: ConditionVisitor<Necessary | undefined> = {
    and: ({ terms }) => cheapest(terms.map(inner)),
    or: ({ terms }) => union(terms.map(inner)),
    field: (node) => all(node.field.toLowerCase(), node.tests),
    keyword: (node) => all(undefined, node.tests),
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
  return inner(condition);
}

/** Undefined when one of the tests cannot be looked up. */
function all(field: string | undefined, tests: readonly ValueTest[]): Necessary | undefined {
  const found: NecessaryTest[] = [];
  let sum = 0;
  for (const test of tests) {
    const one = lookedUp(field, test);
    if (one === undefined) return undefined;
    found.push(one);
    sum += cost(one);
  }
  return { tests: found, cost: sum };
}

/** How often a test is likely to hold, beside others: the shorter the more often. A keyword is looked for in every value. */
function cost({ field, kind, text }: NecessaryTest): number {
  const places = field === undefined ? 20 : 1;
  if (kind !== "number" && isEveryday(text)) return places;
  if (kind !== "literal") return 0.02 * places;
  return (isAscii(text) ? 2 ** (-text.length / 2) : 0.0001) * places;
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

function lookedUp(name: string | undefined, test: ValueTest): NecessaryTest | undefined {
  if (test.kind === "number" && test.compare === "eq") return { field: name, kind: "number", text: String(test.than) };
  if (test.kind === "regex") return literalTest(name, literalOfExpression(test.expression.source), true);
  if (test.kind !== "text") return undefined;
  const { pattern, cased } = test;
  const literal = longestLiteral(pattern);
  if (!pattern.every(({ kind }) => kind === "literal")) return literalTest(name, literal, cased);
  return cased && !isAscii(literal) ? undefined : { field: name, kind: "whole", text: literal.toLowerCase() };
}

/** Lower case is not decided letter by letter outside ASCII: a cased text need not have the lower case of its part. */
function literalTest(field: string | undefined, literal: string, cased: boolean): NecessaryTest | undefined {
  if (cased && !isAscii(literal)) return undefined;
  const text = literal.toLowerCase();
  // A single letter stands in every text.
  return text === "" || (text.length === 1 && isAscii(text)) ? undefined : { field, kind: "literal", text };
}

function longestLiteral(pattern: TextPattern): string {
  let longest = "";
  for (const part of pattern) if (part.kind === "literal" && part.text.length > longest.length) longest = part.text;
  return longest;
}
