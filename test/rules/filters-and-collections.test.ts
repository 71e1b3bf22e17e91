import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkRules } from "../../rules/check.ts";
import { loadRules, type RuleSet } from "../../rules/load.ts";
import { eventFromFields, type SampleFields } from "../../rules/sample-event.ts";
import { createMatcher } from "../../rules/sigma/matcher.ts";

const folder = mkdtempSync(join(tmpdir(), "rootcause-rules-"));
afterAll(() => rmSync(folder, { recursive: true }));

function load(text: string): RuleSet {
  writeFileSync(join(folder, "rules.yml"), text);
  return loadRules([folder]);
}

const found = (set: RuleSet, fields: SampleFields) =>
  createMatcher(set.detections)
    .match(eventFromFields(fields))
    .map(({ id }) => id);
const reasons = (set: RuleSet) => set.refused.map(({ place, reason }) => `${place.line}: ${reason}`);

const RULE = `title: A
id: a
name: rule_a
logsource: {product: windows, service: system}
detection: {s: {A: 1}, condition: s}
`;
const filter = (rules: string, more = "", logsource = "{product: windows, service: system}") => `---
title: Not admins
logsource: ${logsource}
filter:
  rules: ${rules}
  selection: {User|startswith: adm_}
  condition: not selection
${more}`;

test.each(["[rule_a]", "[a]", "[rule_a, a]"])("a filter is joined to the rules that it names: %s", (rules) => {
  const set = load(RULE + filter(rules));
  expect(set.refused).toEqual([]);
  expect(found(set, { Channel: "System", A: "1", User: "bob" })).toEqual(["a"]);
  expect(found(set, { Channel: "System", A: "1", User: "ADM_bob" })).toEqual([]);
});

test("a filter for any rule is joined to all of its logsource", () => {
  const other = RULE.replace(/rule_a|\ba\b/g, "b").replace("title: A", "title: B");
  const set = load(`${RULE}---\n${other.replace("service: system", "service: security")}${filter("any")}`);
  expect(set.refused).toEqual([]);
  expect(found(set, { Channel: "System", A: "1", User: "adm_bob" })).toEqual([]);
  expect(found(set, { Channel: "System", A: "1", User: "bob" })).toEqual(["a"]);
  expect(found(set, { Channel: "Security", A: "1", User: "adm_bob" })).toEqual(["b"]);
  expect(reasons(load(RULE + filter("any", "", "{product: windows, service: ntlm}")))).toEqual([
    "7: filter.rules: is for any rule of its logsource, but none is loaded",
  ]);
});

test("a filter that cannot be is refused with its place, and the rules run without it", () => {
  const set = load(RULE + filter("[nobody]") + filter("[a]", "", "{product: windows, service: security}"));
  expect(reasons(set)).toEqual([
    `7: filter.rules: no rule "nobody" is loaded`,
    `14: logsource: is not that of rule "a"; leave out what differs`,
  ]);
  expect(found(set, { Channel: "System", A: "1", User: "adm_bob" })).toEqual(["a"]);
});

test("a filter without rules, or with a list of conditions, is refused", () => {
  const text = filter("[a]").replace("condition: not selection", "condition: [selection, not selection]");
  expect(reasons(load(RULE + filter("[a]").replace(/ {2}rules.*\n/, "") + text))).toEqual([
    "10: filter: needs a `rules`: names or ids of the rules that it is for, or any",
    "18: filter.condition: a filter has one condition, not a list",
  ]);
});

const GLOBAL = `action: global
title: Many
id: many
logsource: {product: windows, service: system}
detection: {condition: s}
---
detection: {s: {A: 1}}
---
detection: {s: {A: 2}}
---
`;

test("action: global is added to what follows it, until a reset", () => {
  const set = load(`${GLOBAL}action: reset\n---\n${RULE}`);
  expect(set.refused).toEqual([]);
  const events = ["1", "2", "3"].map((A) => found(set, { Channel: "System", A }));
  expect(events).toEqual([["many", "a"], ["many #2"], []]);
});

test("action: repeat is the rule before it with what it says itself", () => {
  const set = load(
    `${RULE}---\naction: repeat\ndetection: {s: {A: 2}}\n---\naction: repeat\nid: own\nname: own\nlevel: high\n`,
  );
  expect(set.refused).toEqual([]);
  expect(set.detections.map(({ id, level }) => [id, level])).toEqual([
    ["a", "informational"],
    ["a #2", "informational"],
    ["own", "high"],
  ]);
  expect(found(set, { Channel: "System", A: "2" })).toEqual(["a #2", "own"]);
});

test("a correlation that names the first of a collection's rules must name the others; filters are no part of it", () => {
  const correlation = (rules: string) =>
    `title: C\ncorrelation: {type: event_count, rules: ${rules}, timespan: 1m, condition: {gte: 2}}\n`;
  const named = `${GLOBAL}${correlation("[many, 'many #2']")}${filter("[many]")}`;
  expect(load(named)).toMatchObject({ refused: [], correlations: [{ rules: ["many", "many #2"] }], filters: [{}] });
  expect(reasons(load(GLOBAL + correlation("[many]")))).toEqual([
    `11: refers to "many", the first of several rules of a collection: name the others too ("many #2" …), or give each a name of its own`,
  ]);
});

test("what a filter asks for that no event has is said of the filter", () => {
  const rule = RULE.replace("service: system", "category: file_event").replace("A: 1", "Image: x");
  const set = load(rule + filter("[a]", "", "{product: windows}").replace("User", "Usr"));
  expect(checkRules(set).map(({ kind, place, text }) => [kind, place.line, text])).toEqual([
    ["unknown field", 11, 'no event of category "file_event" has a field "Usr"; did you mean User?'],
  ]);
});

test("a field that only the twin of a rule's events has is no unknown one", () => {
  const rule = RULE.replace("service: system", "category: process_creation").replace(
    "A: 1",
    "NewProcessName: x, SubjctUserName: y",
  );
  expect(checkRules(load(rule)).map(({ text }) => text)).toEqual([
    'no event of category "process_creation" has a field "SubjctUserName"',
  ]);
});

test("what a correlation groups by or counts and no event has is said of the correlation", () => {
  const rule = RULE.replace("service: system", "category: file_event").replace("A: 1", "Image: x");
  const correlation = `---\ntitle: C\ncorrelation: {type: value_count, rules: [a], group-by: [Computer, Usr], timespan: 1m, condition: {field: Image, gte: 2}}\n`;
  expect(checkRules(load(rule + correlation)).map(({ kind, rule, text }) => [kind, rule, text])).toEqual([
    ["unknown field", "C", 'no event of category "file_event" has a field "Usr"; did you mean User?'],
  ]);
});

test("an action that is not known, or repeats nothing, is refused", () => {
  expect(reasons(load(`action: repeat\ntitle: B\n---\naction: twice\ntitle: C\n`))).toEqual([
    "1: action `repeat` needs a rule before it in the file",
    `4: action: "twice" is none of global, repeat, reset`,
  ]);
});
