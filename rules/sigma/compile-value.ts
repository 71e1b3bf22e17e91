import { networkTest } from "./cidr.ts";
import { datePartOf } from "./date-part.ts";
import type { TextValue } from "./event-text.ts";
import { isAscii, requiredBy } from "./regex-literal.ts";
import { parseRegularExpression, testExpression } from "./regular-expression.ts";
import type { RegularExpression } from "./rule.ts";
import { literalOf, type TextPattern } from "./text-pattern.ts";
import type { Comparison, TextTest, ValueTest } from "./value-test.ts";

/** A test as a function, and about how long it takes beside others. */
export interface CompiledTest {
  readonly cost: number;
  readonly test: (value: TextValue) => boolean;
}

export function compileValueTest(test: ValueTest): CompiledTest {
  switch (test.kind) {
    case "text":
      return compileText(test);
    case "regex":
      return compileExpression(test.expression);
    case "number":
      return { cost: 2, test: numberTest(test.compare, test.than) };
    case "cidr": {
      const within = networkTest(test.network);
      return { cost: 50, test: (value) => within(value.raw) };
    }
    case "date": {
      const { part, compare, than } = test;
      return { cost: 50, test: (value) => holds(compare, datePartOf(value.raw, part), than) };
    }
  }
}

/** Any of the tests; plain texts among them are looked up at once, however many they are. */
export function compileAny(tests: readonly ValueTest[]): CompiledTest {
  const words = new Set<string>();
  const others: CompiledTest[] = [];
  for (const test of tests) {
    const word = test.kind === "text" && !test.cased ? literalOf(test.pattern) : undefined;
    if (word === undefined) others.push(compileValueTest(test));
    else words.add(word.toLowerCase());
  }
  if (words.size > 0) others.push({ cost: 1, test: (value) => words.has(value.lower) });
  others.sort((a, b) => a.cost - b.cost);
  const [only] = others;
  if (others.length === 1 && only !== undefined) return only;
  const functions = others.map(({ test }) => test);
  return {
    cost: others.reduce((sum, { cost }) => sum + cost, 0),
    test: (value) => {
      for (let at = 0; at < functions.length; at++) if (functions[at]?.(value) === true) return true;
      return false;
    },
  };
}

function compileText({ pattern, cased }: TextTest): CompiledTest {
  const { cost, test } = compilePattern(pattern, cased);
  return { cost, test: cased ? (value) => test(value.raw) : (value) => test(value.lower) };
}

/** The engine for expressions takes a hundred times as long as a look for what they cannot match without. */
function compileExpression(expression: RegularExpression): CompiledTest {
  const required = requiredBy(expression.source);
  const literals = required.literals.filter(isAscii);
  if (literals.length === 0)
    return {
      cost: 200,
      test: ({ raw }) => raw.length >= required.length && testExpression(expression, raw),
    };
  return {
    cost: 20,
    test: (value) =>
      value.raw.length >= required.length &&
      standInOrder(literals, value.lower) &&
      testExpression(expression, value.raw),
  };
}

/** Whether the texts stand in the value, one behind the other; leftmost first finds them whenever they can be found. */
function standInOrder(texts: readonly string[], value: string): boolean {
  let from = 0;
  for (const text of texts) {
    const at = value.indexOf(text, from);
    if (at === -1) return false;
    from = at + text.length;
  }
  return true;
}

interface TextMatch {
  readonly cost: number;
  readonly test: (text: string) => boolean;
}

function compilePattern(pattern: TextPattern, cased: boolean): TextMatch {
  const texts = pattern.flatMap((part) =>
    part.kind === "literal" ? [cased ? part.text : part.text.toLowerCase()] : [],
  );
  if (pattern.some((part) => part.kind === "one")) return compileWithOne(pattern, texts, cased);
  const [text = ""] = texts;
  const open = pattern[0]?.kind === "any";
  const openEnd = pattern.at(-1)?.kind === "any";
  if (texts.length > 1) return { cost: 10, test: inOrder(texts, open, openEnd) };
  if (open && openEnd) return { cost: 6, test: (value) => value.includes(text) };
  if (open) return { cost: 3, test: (value) => value.endsWith(text) };
  if (openEnd) return { cost: 3, test: (value) => value.startsWith(text) };
  return { cost: 1, test: (value) => value === text };
}

/** Texts one after the other with anything between, the first and the last where the value begins and ends. */
function inOrder(texts: readonly string[], open: boolean, openEnd: boolean): (value: string) => boolean {
  const first = open ? "" : (texts[0] ?? "");
  const last = openEnd ? "" : (texts.at(-1) ?? "");
  const middle = texts.slice(open ? 0 : 1, openEnd ? undefined : -1);
  return (value) => {
    if (!value.startsWith(first) || !value.endsWith(last)) return false;
    let at = first.length;
    for (const text of middle) {
      const found = value.indexOf(text, at);
      if (found === -1) return false;
      at = found + text.length;
    }
    return at + last.length <= value.length;
  };
}

/** `?` is one code point: the pattern becomes a regular expression over text that is already in the case it is compared in. */
function compileWithOne(pattern: TextPattern, texts: readonly string[], cased: boolean): TextMatch {
  const body = pattern.map((part) => {
    if (part.kind === "any") return ".*";
    if (part.kind === "one") return ".";
    const text = cased ? part.text : part.text.toLowerCase();
    return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  });
  const expression = parseRegularExpression(`(?s)^${body.join("")}$`);
  return { cost: 20, test: (text) => standInOrder(texts, text) && testExpression(expression, text) };
}

function numberTest(compare: Comparison, than: number): (value: TextValue) => boolean {
  const text = String(than);
  if (compare === "eq") return ({ raw }) => raw === text || numberOf(raw) === than;
  return ({ raw }) => holds(compare, numberOf(raw), than);
}

/** Windows prints numbers in decimal, or in hexadecimal where the event's manifest says so. */
export function numberOf(text: string): number | undefined {
  return /^(?:[+-]?\d{1,30}(?:\.\d{1,30})?|0x[0-9a-f]{1,16})$/i.test(text) ? Number(text) : undefined;
}

function holds(compare: Comparison, number: number | undefined, than: number): boolean {
  if (number === undefined) return false;
  switch (compare) {
    case "eq":
      return number === than;
    case "lt":
      return number < than;
    case "lte":
      return number <= than;
    case "gt":
      return number > than;
    case "gte":
      return number >= than;
  }
}
