import { networkTest } from "./cidr.ts";
import { datePartOf } from "./date-part.ts";
import type { TextValue } from "./event-text.ts";
import { isAscii, requiredBy } from "./regex-literal.ts";
import { testExpression } from "./regular-expression.ts";
import type { RegularExpression } from "./rule.ts";
import { type Anchoring, isLike, literalOf, type TextPattern, widthAt } from "./text-pattern.ts";
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

/** Any of the tests; those of plain texts are one function for each place in the value where they may stand, however many they are. */
export function compileAny(tests: readonly ValueTest[]): CompiledTest {
  const plain = new Map<string, PlainTexts & { readonly texts: string[] }>();
  const compiled: CompiledTest[] = [];
  for (const test of tests) {
    const text = test.kind === "text" ? plainText(test) : undefined;
    if (text === undefined) {
      compiled.push(compileValueTest(test));
      continue;
    }
    const { place, cased } = text;
    const key = `${place} ${cased}`;
    const others = plain.get(key);
    if (others === undefined) plain.set(key, { place, cased, texts: [...text.texts] });
    else others.texts.push(...text.texts);
  }
  for (const texts of plain.values()) compiled.push(compilePlain(texts));
  compiled.sort((a, b) => a.cost - b.cost);
  const [only] = compiled;
  if (compiled.length === 1 && only !== undefined) return only;
  const functions = compiled.map(({ test }) => test);
  return {
    cost: compiled.reduce((sum, { cost }) => sum + cost, 0),
    test: (value) => {
      for (let at = 0; at < functions.length; at++) if (functions[at]?.(value) === true) return true;
      return false;
    },
  };
}

/** Texts any of which is to stand in a value, in one place; in lower case unless they are `cased`. */
interface PlainTexts {
  readonly place: Anchoring;
  readonly cased: boolean;
  readonly texts: readonly string[];
}

/** Undefined where there is more to a pattern than one text. */
function plainText({ pattern, cased }: TextTest): PlainTexts | undefined {
  const open = pattern[0]?.kind === "any";
  const openEnd = pattern.length > (open ? 1 : 0) && pattern.at(-1)?.kind === "any";
  const inside = pattern.slice(open ? 1 : 0, openEnd ? -1 : undefined);
  const text = literalOf(inside);
  if (text === undefined) return undefined;
  const place = open ? (openEnd ? "contains" : "endswith") : openEnd ? "startswith" : "equals";
  return { place, cased, texts: [cased ? text : text.toLowerCase()] };
}

function compilePlain({ place, cased, texts }: PlainTexts): CompiledTest {
  const cost = texts.length * (place === "contains" ? 6 : 3);
  switch (place) {
    case "equals": {
      const words = new Set(texts);
      return { cost: 1, test: cased ? ({ raw }) => words.has(raw) : (value) => words.has(value.lower) };
    }
    case "contains":
      return { cost, test: cased ? ({ raw }) => containsAny(raw, texts) : (value) => containsAny(value.lower, texts) };
    case "startswith":
      return {
        cost,
        test: cased ? ({ raw }) => startsWithAny(raw, texts) : (value) => startsWithAny(value.lower, texts),
      };
    case "endswith":
      return { cost, test: cased ? ({ raw }) => endsWithAny(raw, texts) : (value) => endsWithAny(value.lower, texts) };
  }
}

function containsAny(value: string, texts: readonly string[]): boolean {
  for (let at = 0; at < texts.length; at++) if (value.includes(texts[at] ?? "")) return true;
  return false;
}

function startsWithAny(value: string, texts: readonly string[]): boolean {
  for (let at = 0; at < texts.length; at++) if (value.startsWith(texts[at] ?? "")) return true;
  return false;
}

function endsWithAny(value: string, texts: readonly string[]): boolean {
  for (let at = 0; at < texts.length; at++) if (value.endsWith(texts[at] ?? "")) return true;
  return false;
}

function compileText(text: TextTest): CompiledTest {
  const plain = plainText(text);
  if (plain !== undefined) return compilePlain(plain);
  const { cost, test } = compilePattern(text.cased ? text.pattern : text.pattern.map(lowerCase));
  return { cost, test: text.cased ? ({ raw }) => test(raw) : (value) => test(value.lower) };
}

function lowerCase(part: TextPattern[number]): TextPattern[number] {
  return part.kind === "literal" ? { kind: "literal", text: part.text.toLowerCase() } : part;
}

/** What is more than one text; in the case in which values are compared with it. */
function compilePattern(pattern: TextPattern): { readonly cost: number; readonly test: (text: string) => boolean } {
  const texts = pattern.flatMap((part) => (part.kind === "literal" ? [part.text] : []));
  if (pattern.some(({ kind }) => kind === "one"))
    return { cost: 20, test: (text) => standInOrder(texts, text) && isLike(pattern, text) };
  return { cost: 10, test: inOrder(texts, pattern[0]?.kind === "any", pattern.at(-1)?.kind === "any") };
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

/** The engine for expressions takes a hundred times as long as a look for what they cannot match without. */
function compileExpression(expression: RegularExpression): CompiledTest {
  const line = LINE.exec(expression.source)?.[1];
  if (line !== undefined) return { cost: 20, test: ({ raw }) => hasLine(raw, Number(line)) };
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

/** A line of at least so many code points: the engine would make a state for each of them, in a tenth of a second. */
const LINE = /^\.\{(\d+),\}$/;

function hasLine(text: string, least: number): boolean {
  let count = 0;
  for (let at = 0; at < text.length && count < least; at += widthAt(text, at)) {
    count = text.charCodeAt(at) === NEWLINE ? 0 : count + 1;
  }
  return count >= least;
}

const NEWLINE = 10;

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
