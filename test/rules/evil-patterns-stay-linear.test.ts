import { expect, test } from "vitest";
import { itemMatches } from "./one-rule.ts";

/**
 * Patterns that take a backtracking engine 2ⁿ or n⁵ steps on a text that almost matches: rules are written by strangers, and the text by whoever they
 * watch. One that is not linear would not end before the test's time is up, with texts this long.
 */
const EVIL: readonly (readonly [pattern: string, repeated: string, matches?: true])[] = [
  ["^(a+)+$", "a"],
  ["^([a-zA-Z]+)*$", "a"],
  ["^(a|aa)+$", "a"],
  ["^(a|a?)+$", "a"],
  ["^(.*a){12}$", "a"],
  ["^(\\w+\\s?)+$", "word "],
  ["^(([a-z])+.)+[A-Z]([a-z])+$", "a"],
  ["(x+x+)+y", "x"],
  ["^.*.*.*.*=.*$", "x"],
  ["^\\s+|\\s+$", " ", true],
  ["^([a-z0-9]+[-.])*[a-z0-9]+@", "a-"],
  ["(powershell.*)+-enc.*-enc.*-enc", "powershell -enc ", true],
];

for (const [pattern, repeated, matches = false] of EVIL)
  test(`${pattern} ends on ${JSON.stringify(repeated)}, again and again`, () => {
    const text = `${repeated.repeat(3000)}\u0000!`;
    expect(itemMatches(`Line|re: '${pattern}'`, { Line: text })).toBe(matches);
  });
