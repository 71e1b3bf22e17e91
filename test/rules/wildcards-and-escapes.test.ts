import fc from "fast-check";
import { expect, test } from "vitest";
import { compileValueTest } from "../../rules/sigma/compile-value.ts";
import { TextValue } from "../../rules/sigma/event-text.ts";
import { parseTextPattern, type TextPattern } from "../../rules/sigma/text-pattern.ts";

function isLike(source: string, text: string, cased = false): boolean {
  const { test: holds } = compileValueTest({ kind: "text", pattern: parseTextPattern(source), cased });
  return holds(new TextValue(text));
}

/** The specification's table of escapes: what is written, and what it means (`∗` a wildcard for any, `¿` for one). */
test.each([
  ["\\", "\\"],
  ["a\\b", "a\\b"],
  ["\\*", "*"],
  ["\\?", "?"],
  ["\\\\*", "\\∗"],
  ["\\\\?", "\\¿"],
  ["\\\\\\*", "\\*"],
  ["\\\\\\?", "\\?"],
  ["\\\\\\\\", "\\\\"],
  ["C:\\\\Windows", "C:\\Windows"],
  ["a*b?c", "a∗b¿c"],
  ["**", "∗"],
  ["", ""],
])("%j means %j", (source, meaning) => {
  const shown = parseTextPattern(source)
    .map((part) => (part.kind === "literal" ? part.text : part.kind === "any" ? "∗" : "¿"))
    .join("");
  expect(shown).toBe(meaning);
});

test.each([
  ["a*b*c", "aXbYc", "acb"],
  ["*a*b*", "xaxbx", "ba"],
  ["ab*ba", "abba", "aba"],
  ["*b*b", "bb", "b"],
  ["a?c", "a😀c", "ac"],
  ["?", "😀", ""],
  ["*?", "x", ""],
  ["a.c*?", "A.Cx", "axcx"],
  ["*", "", "-"],
])("%j is like %j and, but for *, not like %j", (source, yes, no) => {
  expect(isLike(source, yes)).toBe(true);
  expect(isLike(source, no)).toBe(source === "*");
});

/** Naive: tries every way to split the text, by code point. */
function naive(pattern: TextPattern, text: readonly string[]): boolean {
  const [part, ...rest] = pattern;
  if (part === undefined) return text.length === 0;
  if (part.kind === "one") return text.length > 0 && naive(rest, text.slice(1));
  if (part.kind === "any") return naive(rest, text) || (text.length > 0 && naive(pattern, text.slice(1)));
  const literal = [...part.text];
  return literal.every((char, at) => char === text[at]) && naive(rest, text.slice(literal.length));
}

test("wildcards match as a naive matcher does", () => {
  const source = fc.array(fc.constantFrom("a", "b", "*", "?", "\\", "😀", ".", "\n"), { maxLength: 8 });
  const text = fc.array(fc.constantFrom("a", "b", "*", "?", "\\", "😀", ".", "\n"), { maxLength: 10 });
  fc.assert(
    fc.property(source, text, (parts, chars) => {
      const pattern = parseTextPattern(parts.join(""));
      expect(isLike(parts.join(""), chars.join(""), true)).toBe(naive(pattern, chars));
    }),
    { numRuns: 3000 },
  );
});

test("a text with its special characters escaped is like itself only", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "*", "?", "\\") }),
      fc.string({ unit: fc.constantFrom("a", "*", "?", "\\") }),
      (one, two) => {
        const escaped = one.replace(/[*?\\]/g, "\\$&");
        expect(isLike(escaped, one)).toBe(true);
        expect(isLike(escaped, two)).toBe(one === two);
      },
    ),
  );
});
