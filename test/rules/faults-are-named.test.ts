import fc from "fast-check";
import { expect, test } from "vitest";
import { parseRuleFile } from "../../rules/parse-file.ts";
import { refusal, ruleText } from "./one-rule.ts";

const item = (text: string) => ruleText(`sel:\n  ${text}\ncondition: sel`);

test.each([
  [
    item("F|upper: x"),
    '7: detection.sel.F|upper: unknown modifier "upper"; known are contains, startswith, endswith, cased, any-case, expand, windash, utf16, utf16le, wide, utf16be, base64, base64offset, all, neq, re, i, ignorecase, m, multiline, s, dotall, cidr, exists, fieldref, lt, lte, gt, gte, minute, hour, day, week, month, year',
  ],
  [item("F|contain: x"), '7: detection.sel.F|contain: unknown modifier "contain"; did you mean contains?'],
  [item("F|hour: 24"), "7: detection.sel.F|hour: hour must be a whole number from 0 to 23"],
  [item("F|: x"), expect.stringContaining('7: detection.sel.F|: unknown modifier ""; known are contains, ')],
  [
    item("F|cased|any-case: x"),
    '7: detection.sel.F|cased|any-case: modifiers "cased" and "any-case" exclude each other',
  ],
  [item("F|contains|contains: x"), '7: detection.sel.F|contains|contains: modifier "contains" is given twice'],
  [
    item("F|contains|endswith: x"),
    '7: detection.sel.F|contains|endswith: modifiers "contains" and "endswith" exclude each other',
  ],
  [item("F|contains|re: x"), '7: detection.sel.F|contains|re: modifier "contains" cannot be combined with "re"'],
  [item("F|i|re: x"), '7: detection.sel.F|i|re: modifier "re" must be the first'],
  [item("F|i: x"), '7: detection.sel.F|i: modifier "i" cannot be combined with a plain value'],
  [
    item("F|wide: x"),
    '7: detection.sel.F|wide: modifier "wide" must be followed by "base64" or "base64offset": no event holds such bytes as text',
  ],
  [item("F|base64|wide: x"), '7: detection.sel.F|base64|wide: modifier "wide" must come before "base64"'],
  [
    item("F|base64: 'a*'"),
    "7: detection.sel.F|base64: a value to be encoded has no wildcards; write \\* for a star, \\? for a question mark",
  ],
  [item("F|all: x"), '7: detection.sel.F|all: modifier "all" needs a list of values'],
  [item("F|exists: yes"), '7: detection.sel.F|exists: modifier "exists" needs true or false'],
  [item("F|lt: '5'"), "7: detection.sel.F|lt: must be a number, without quotes"],
  [item("F: 12345678901234567890"), "7: detection.sel.F: is too large to be compared as a number; put it in quotes"],
  [
    item("F|gt: 9007199254740993"),
    "7: detection.sel.F|gt: is too large to be compared as a number; the largest is 9007199254740991",
  ],
  [item("F|cidr: 10.0.0.0/99"), '7: detection.sel.F|cidr: "10.0.0.0/99" is no network; write 10.0.0.0/8 or fe80::/10'],
  [
    item("F|re: '(a'"),
    "7: detection.sel.F|re: the regular expression is not RE2's: error parsing regexp: missing closing ): `(a`",
  ],
  [
    item("F: [a, null]"),
    "7: detection.sel.F: null is not allowed in a list; give it a search of its own and join them in the condition",
  ],
  [item("F: []"), "7: detection.sel.F: the list is empty"],
  [item("F: {a: b}"), "7: detection.sel.F: must be a value or a list of values, not a map"],
  [
    item("F|contains: null"),
    "7: detection.sel.F|contains: null takes no modifier but neq: it means that the field is absent",
  ],
  [item("'|cidr': 10.0.0.0/8"), '7: detection.sel.|cidr: modifier "cidr" needs a field name before it'],
  [item("- [a]"), "7: detection.sel: a list within a list means nothing here; write one list"],
  [
    ruleText("sel:\n  A: 1\nother:\n  A: 1\ncondition: 1 of filter_*"),
    '10: detection.condition: "filter_*" is the name of no search; there are sel, other',
  ],
  [ruleText("condition: sel"), "6: detection: needs at least one search beside the condition"],
  [ruleText("sel:\n  A: 1"), "6: detection: needs a `condition`: which searches must match"],
  [
    ruleText("sel:\n  A: 1\ntimeframe: 5m\ncondition: sel"),
    "8: detection.timeframe: left Sigma with version 2; write a correlation rule with a timespan instead",
  ],
  ["title: T\nid: t\nlogsource: {product: windows}", "1: needs a `detection`: searches and a condition"],
  ["title: T\nid: t\ndetection: {a: {b: c}, condition: a}", "1: needs a `logsource`: where its events come from"],
  ["id: t\n", "1: needs a `title`: one line that says what it finds"],
  ["title: T\n", "1: needs a `logsource`: where its events come from"],
  ["title: T\nid: t\nlevel: severe", '3: level: "severe" is none of informational, low, medium, high, critical'],
  ["title: T\nlogsource: {prodcut: windows}", "2: logsource.prodcut: is no key of this place; did you mean product?"],
  [
    "title: T\nlogsource:\n  product: windows\n  service: nonsense",
    '4: logsource.service: "nonsense" is not known; leave it out and name the Channel in the detection',
  ],
  [
    "title: T\nlogsource: {product: windows, service: powershel}",
    '2: logsource.service: "powershel" is not known; did you mean powershell?',
  ],
  [
    "title: T\nlogsource: {product: windows, category: proces_creation}",
    '2: logsource.category: "proces_creation" is not known; did you mean process_creation?',
  ],
  ["title: T\nlogsource: {product: window}", '2: logsource.product: "window" is not known; did you mean windows?'],
  [
    "title: T\ndetection: {}\ncorrelation: {}",
    "3: correlation: stands beside `detection`; a document has one of the two: part them by a line ---",
  ],
  [
    "title: T\ntaxonomy: ecs\ndetection: {}",
    '2: taxonomy: "ecs" is not known; name the fields as Windows does, and leave it out or write sigma',
  ],
  ["- a", "1: a rule is a map with title, logsource and detection"],
  ["title: T\nfilter: {}", "2: filter: needs a `rules`: names or ids of the rules that it is for, or any"],
  ["title: T\nid: t\ncorrelation: {type: event_count}", "3: correlation: needs a `rules`: names or ids of rules"],
  ["a: &x 1\nb: *x", "2: b: YAML aliases are not supported; write out what *x means"],
  ["a: 1\na: 2", "2: not YAML: Map keys must be unique"],
])("%j", (text, reason) => {
  expect(refusal(text)).toEqual(reason);
});

test.each(["cased", "any-case", "expand", "windash", "base64", "base64offset", "wide|base64", "re", "gt", "hour"])(
  "null with %s is refused",
  (modifier) => {
    expect(refusal(item(`F|${modifier}: null`))).toBe(
      `7: detection.sel.F|${modifier}: null takes no modifier but neq: it means that the field is absent`,
    );
  },
);

test("what is nested too deeply is refused, however it is written", () => {
  const shallow = "[".repeat(100) + "]".repeat(100);
  const deep = ["[", "- ", "{a: ", "? "].map((opening) => opening.repeat(20_000));
  for (const text of [shallow, ...deep])
    expect(parseRuleFile(text, "f.yml", new Map())[0]).toMatchObject({ kind: "refused", place: { line: 1 } });
});

test("one fault costs its own document only, and each is named", () => {
  const good = ruleText("sel:\n  A: 1\ncondition: sel");
  const bad = ruleText("sel:\n  A|what: 1\ncondition: sel");
  expect(
    parseRuleFile([good, bad, good].join("---\n"), "f.yml", new Map()).map(({ kind, place }) => [kind, place.line]),
  ).toEqual([
    ["detection", 1],
    ["refused", 16],
    ["detection", 19],
  ]);
});

test("custom attributes are passed over", () => {
  expect(refusal(`${item("A: 1")}our_ticket: 12\n`)).toBe("not refused, but detection");
  expect(refusal(`${item("A: 1")}taxonomy: sigma\n`)).toBe("not refused, but detection");
});

test.each([
  ["{product: linux}", "its logsource is not Windows (linux)"],
  ["{category: proxy}", "its logsource is not Windows (no product)"],
  ["{product: windows, category: file_rename}", 'no Windows event log holds category "file_rename"'],
])("a rule for %s is inactive: %s", (logsource, reason) => {
  const text = `title: T\nid: t\nlogsource: ${logsource}\ndetection: {s: {A: 1}, condition: s}`;
  expect(parseRuleFile(text, "f.yml", new Map())).toMatchObject([{ kind: "inactive", rule: "t", reason }]);
});

test("no text makes the parser throw", () => {
  const fragment = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "title: T\n",
      "id: t\n",
      "detection:\n",
      "  sel:\n",
      "    A|re: '(('\n",
      "  condition: ",
      "sel or (",
      "---\n",
      "logsource:\n",
      "  product: windows\n",
      "correlation:\n",
      "  steps:\n",
      "    - state: a\n",
      "{",
      "[",
      "- ",
      "!!binary x\n",
      "? ",
    ),
  );
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 12 }), (parts) => {
      for (const parsed of parseRuleFile(parts.join(""), "f.yml", new Map()))
        expect(parsed.place.line).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});
