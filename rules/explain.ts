import { readAll, type WindowsEvent } from "../model/event.ts";
import type { Condition } from "./sigma/condition.ts";
import { createMatcher } from "./sigma/matcher.ts";
import { parseSearch } from "./sigma/parse-search.ts";
import type { DetectionRule } from "./sigma/rule.ts";
import { readYaml, type YamlMap, type YamlNode } from "./sigma/yaml-tree.ts";

/** One item of a search, `Image|endswith: …`, held against an event. */
export interface ItemOutcome {
  readonly line: number;
  /** The path of keys to it: `selection.Image|endswith`. */
  readonly key: string;
  readonly expected: readonly string[];
  /** The values that the event has; undefined for keywords, which look at all of them. */
  readonly found: readonly string[] | undefined;
  readonly holds: boolean;
}

export interface Explanation {
  readonly matches: boolean;
  /** Whether the event is one that the rule's logsource means. */
  readonly inLogsource: boolean;
  readonly condition: string;
  readonly searches: readonly {
    readonly name: string;
    readonly holds: boolean;
    readonly items: readonly ItemOutcome[];
  }[];
}

type Test = (event: WindowsEvent) => boolean;

interface Item {
  readonly node: YamlNode;
  readonly key: string;
  readonly field: string;
  readonly test: Test;
}

/**
 * Says of an event how it stands to each search and item of a rule, by their lines in the rule's file. Undefined when the text does not hold the rule
 * as one document: a collection, or a rule with placeholders.
 */
export function explainer(rule: DetectionRule, text: string): ((event: WindowsEvent) => Explanation) | undefined {
  const document = readYaml(text).find((one) => "kind" in one && one.kind === "map" && one.line === rule.place.line);
  const detection = document !== undefined && "kind" in document ? entry(document, "detection") : undefined;
  if (detection?.kind !== "map") return undefined;
  const condition = detection.entries.get("condition");
  if (condition === undefined) return undefined;
  const whole = matcherOf(rule);
  const inLogsource = matcherOf({ ...rule, condition: ALWAYS });
  const searches = [...detection.entries].flatMap(([name, node]) =>
    name === "condition" ? [] : [{ name, test: testOf(rule, node), items: itemsOf(rule, node) }],
  );
  return (event) => ({
    matches: whole(event),
    inLogsource: inLogsource(event),
    condition: condition.kind === "list" ? condition.items.map(source).join("  or  ") : source(condition),
    searches: searches.map(({ name, test, items }) => ({
      name,
      holds: test(event),
      items: items.map((item) => outcome(item, event)),
    })),
  });
}

const ALWAYS: Condition = {
  kind: "not",
  term: {
    kind: "and",
    terms: [
      { kind: "exists", field: "EventID" },
      { kind: "absent", field: "EventID" },
    ],
  },
};
const ANYWHERE = { product: "windows", category: undefined, service: undefined };

function matcherOf(rule: DetectionRule): Test {
  const matcher = createMatcher([rule]);
  return (event) => matcher.match(event).length > 0;
}

function testOf(rule: DetectionRule, node: YamlNode): Test {
  return matcherOf({ ...rule, logsource: ANYWHERE, condition: parseSearch(node, new Map()) });
}

function itemsOf(rule: DetectionRule, node: YamlNode): readonly Item[] {
  if (node.kind === "list" && node.items.some(({ kind }) => kind !== "scalar"))
    return node.items.flatMap((item) => itemsOf(rule, item));
  if (node.kind !== "map") return [{ node, key: node.key, field: "", test: testOf(rule, node) }];
  return [...node.entries].map(([name, value]) => {
    const alone: YamlMap = { ...node, entries: new Map([[name, value]]) };
    return { node: value, key: value.key, field: name.split("|", 1)[0] ?? "", test: testOf(rule, alone) };
  });
}

function outcome({ node, key, field, test }: Item, event: WindowsEvent): ItemOutcome {
  const place = field === "" ? undefined : event.shape.field(field);
  return {
    line: node.line,
    key: key.replace(/^detection\./, ""),
    expected: node.kind === "list" ? node.items.map(source) : [source(node)],
    found: field === "" ? undefined : place === undefined ? [] : readAll(event, place),
    holds: test(event),
  };
}

function entry(node: YamlNode, name: string): YamlNode | undefined {
  return node.kind === "map" ? node.entries.get(name) : undefined;
}

function source(node: YamlNode): string {
  return node.kind === "scalar" ? (node.value === null ? "null" : node.source) : "…";
}
