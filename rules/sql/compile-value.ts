import { isIPv4 } from "node:net";
import type { Network } from "../sigma/cidr.ts";
import type { TextPattern } from "../sigma/text-pattern.ts";
import type { Comparison, TextTest, ValueTest } from "../sigma/value-test.ts";
import { SqlRefusal } from "./refusal.ts";
import type { ValueList } from "./values.ts";

/** How to read one value in SQL: its text and, where a column holds it as a number, that column. */
export interface ValueSql {
  readonly text: string;
  readonly number?: string | undefined;
}

/** ClickHouse's `multiSearchAny` takes no more. */
const MAX_NEEDLES = 255;

/** SQL that holds when a value passes any of the tests; tests of one kind become one call with a list. */
export function compileTests(tests: readonly ValueTest[], value: ValueSql, values: ValueList): string {
  const texts = tests.filter((test) => test.kind === "text");
  const others = tests.filter((test) => test.kind !== "text");
  const terms = [
    ...textTerms(
      texts.filter(({ cased }) => !cased),
      value,
      values,
    ),
    ...textTerms(
      texts.filter(({ cased }) => cased),
      value,
      values,
    ),
    ...others.map((test) => compileTest(test, value, values)),
  ];
  return anyOf(terms);
}

export function anyOf(terms: readonly string[]): string {
  const distinct = [...new Set(terms)];
  if (distinct.includes("1")) return "1";
  return distinct.length === 1 ? (distinct[0] ?? "0") : `(${distinct.join(" OR ")})`;
}

function compileTest(test: Exclude<ValueTest, TextTest>, value: ValueSql, values: ValueList): string {
  switch (test.kind) {
    case "regex":
      // ClickHouse lets a dot match a line break unless told otherwise.
      return `match(${value.text}, ${values.text(`(?-s)${test.expression.source}`)})`;
    case "number":
      return numberTerm(test.compare, test.than, value, values);
    case "cidr":
      return networkTerm(test.network, value, values);
    case "date":
      throw new SqlRefusal(`the time modifier "${test.part}": ClickHouse and the engine read different texts as times`);
  }
}

const SIGNS: Readonly<Record<Comparison, string>> = { eq: "=", lt: "<", lte: "<=", gt: ">", gte: ">=" };

function numberTerm(compare: Comparison, than: number, value: ValueSql, values: ValueList): string {
  const number = `${value.number ?? `number(${value.text})`} ${SIGNS[compare]} ${than}`;
  // What JavaScript writes as 1e-7 is a number in a rule, but no text of an event is.
  return compare === "eq" && !/^-?[\d.]+$/.test(String(than))
    ? `(${number} OR ${value.text} = ${values.text(String(than))})`
    : number;
}

/** As IPv6, in which IPv4 stands as `::ffff:a.b.c.d`: both kinds of address compare as the engine compares them. */
function networkTerm(network: Network, { text }: ValueSql, values: ValueList): string {
  const address = `substringIndex(${text}, '%', 1)`;
  const isAddress = `(isIPv4String(${address}) OR isIPv6String(${address}))`;
  const [mapped, bits] = isIPv4(network.address)
    ? [`::ffff:${network.address}`, network.prefix + 96]
    : [network.address, network.prefix];
  const range = `IPv6CIDRToRange(toIPv6(${values.text(mapped)}), ${bits})`;
  return `(${isAddress} AND toIPv6OrDefault(${address}) BETWEEN ${range}.1 AND ${range}.2)`;
}

type Form = "equals" | "contains" | "startswith" | "endswith" | "pattern";

/** Tests that are all with, or all without, regard to case. */
function textTerms(tests: readonly TextTest[], { text }: ValueSql, values: ValueList): readonly string[] {
  const [first] = tests;
  if (first === undefined) return [];
  const operand = first.cased ? text : `lowerUTF8(${text})`;
  const forms = Map.groupBy(
    tests.map(({ pattern, cased }) => inCase(pattern, cased)),
    formOf,
  );
  return [...forms].flatMap(([form, patterns]) =>
    termsOf(form, [...new Set(patterns.map(likeText(form)))], operand, values),
  );
}

function inCase(pattern: TextPattern, cased: boolean): TextPattern {
  if (cased) return pattern;
  return pattern.map((part) => (part.kind === "literal" ? { ...part, text: part.text.toLowerCase() } : part));
}

function formOf(pattern: TextPattern): Form {
  if (pattern.some(({ kind }) => kind === "one") || pattern.filter(({ kind }) => kind === "literal").length > 1)
    return "pattern";
  const open = pattern[0]?.kind === "any";
  const openEnd = pattern.at(-1)?.kind === "any";
  if (open && openEnd) return "contains";
  return open ? "endswith" : openEnd ? "startswith" : "equals";
}

/** The one literal of a simple form, or the pattern as LIKE has it. */
function likeText(form: Form): (pattern: TextPattern) => string {
  const like = form === "pattern";
  return (pattern) =>
    pattern
      .map((part) => {
        if (part.kind === "literal") return like ? part.text.replace(/[\\%_]/g, "\\$&") : part.text;
        return like ? (part.kind === "any" ? "%" : "_") : "";
      })
      .join("");
}

function termsOf(form: Form, texts: readonly string[], operand: string, values: ValueList): readonly string[] {
  const one = (text: string) => values.text(text);
  switch (form) {
    case "equals":
      return [texts.length === 1 ? `${operand} = ${one(texts[0] ?? "")}` : `${operand} IN ${values.texts(texts)}`];
    case "startswith":
      return texts.map((text) => `startsWith(${operand}, ${one(text)})`);
    case "endswith":
      return texts.map((text) => `endsWith(${operand}, ${one(text)})`);
    case "pattern":
      return texts.map((text) => `${operand} LIKE ${one(text)}`);
    case "contains":
      // Only "*" is left with no literal: any value will do.
      if (texts.includes("")) return ["1"];
      if (texts.length === 1) return [`position(${operand}, ${one(texts[0] ?? "")}) > 0`];
      return chunks(texts, MAX_NEEDLES).map((needles) => `multiSearchAny(${operand}, ${values.texts(needles)})`);
  }
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
