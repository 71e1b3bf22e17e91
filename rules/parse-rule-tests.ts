import { readFileSync } from "node:fs";
import { LEVELS, type Level } from "../model/detection.ts";
import { UserError } from "../model/user-error.ts";
import { isExamples } from "./parse-file.ts";
import type { SampleFields } from "./sample-event.ts";
import { RuleFault } from "./sigma/fault.ts";
import type { Place } from "./sigma/rule.ts";
import { asMap, asOneOf, asScalar, asText, faultAt, onlyKeys, optionalText, required } from "./sigma/yaml-read.ts";
import { readYaml, type YamlDocument, type YamlMap, type YamlNode } from "./sigma/yaml-tree.ts";

/** One example of a rule: events, and what they must make of it. */
export interface RuleTest {
  readonly name: string;
  readonly place: Place;
  /** Name or id; undefined for the only rule of the file beside it. */
  readonly rule: string | undefined;
  /** At least one. */
  readonly events: readonly SampleFields[];
  readonly expect: Expectation;
}

export type Expectation = "match" | "no match" | { readonly state: string; readonly severity: Level | undefined };

/**
 * The examples of a `.test.yml`, a list, or those in a file of rules: its documents with `tests:`, which hold such a list.
 *
 * @throws UserError when the file cannot be read, or at its first fault
 */
export function parseRuleTests(file: string): readonly RuleTest[] {
  try {
    const documents = readYaml(readText(file));
    const lists = /\.test\.ya?ml$/.test(file) ? documents : documents.filter(isExamples).map(listOf);
    return lists.flatMap((document) => testsOf(document, file));
  } catch (error) {
    if (error instanceof RuleFault) throw new UserError(`${file}:${error.line}: ${error.message}`);
    throw error;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(
      `Cannot read the examples in ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function listOf(document: YamlMap): YamlNode {
  onlyKeys(document, ["tests"]);
  return required(document, "tests", "a list of examples");
}

function testsOf(document: YamlDocument, file: string): readonly RuleTest[] {
  if (document instanceof RuleFault) throw document;
  if (document.kind !== "list") throw faultAt(document, "must be a list of examples: { name, event, expect }");
  return document.items.map((item) => testOf(asMap(item, "name, event, expect"), file));
}

function testOf(map: YamlMap, file: string): RuleTest {
  onlyKeys(map, ["name", "rule", "event", "events", "expect"]);
  return {
    name: asText(required(map, "name", "what the example shows")),
    place: { file, line: map.line },
    rule: optionalText(map, "rule"),
    events: eventsOf(map),
    expect: expectationOf(required(map, "expect", "match, no match, or { state, severity }")),
  };
}

function eventsOf(map: YamlMap): readonly SampleFields[] {
  const one = map.entries.get("event");
  const many = map.entries.get("events");
  if (one !== undefined && many !== undefined) throw faultAt(many, "beside `event`; keep one of the two");
  if (one !== undefined) return [fieldsOf(one)];
  const list = many ?? required(map, "event", "field → value");
  if (list.kind !== "list" || list.items.length === 0) throw faultAt(list, "must be a list of at least one event");
  return list.items.map(fieldsOf);
}

function fieldsOf(node: YamlNode): SampleFields {
  const map = asMap(node, "field → value");
  return Object.fromEntries([...map.entries].map(([name, value]) => [name, sampleValue(value)]));
}

function sampleValue(node: YamlNode): string | readonly string[] {
  return node.kind === "list" ? node.items.map((item) => asScalar(item).source) : asScalar(node).source;
}

function expectationOf(node: YamlNode): Expectation {
  if (node.kind === "scalar") return asOneOf<"match" | "no match">(node, ["match", "no match"]);
  const map = asMap(node, "state, severity");
  onlyKeys(map, ["state", "severity"]);
  const severity = map.entries.get("severity");
  return {
    state: asText(required(map, "state", "the state that the incident must be in")),
    severity: severity === undefined ? undefined : asOneOf(severity, LEVELS),
  };
}
