import { readFileSync } from "node:fs";
import type { RuleSet } from "./load.ts";
import { ruleDocuments } from "./parse-file.ts";
import type { Condition } from "./sigma/condition.ts";
import type { Placeholders } from "./sigma/expand.ts";
import { withoutRules } from "./sigma/filter.ts";
import { parseDetection, parseLogsource } from "./sigma/parse-rule.ts";
import { parseSearch } from "./sigma/parse-search.ts";
import type { DetectionRule, Logsource, Place } from "./sigma/rule.ts";
import { asMap, required } from "./sigma/yaml-read.ts";
import type { YamlMap, YamlNode } from "./sigma/yaml-tree.ts";

/** A detection rule as it is written: its own searches, and those of the filters that are for it. */
export interface WrittenRule {
  readonly logsource: Logsource;
  /** Where the twin of its events is looked for as well. */
  readonly twin: Logsource | undefined;
  /** The rule's own part first. */
  readonly parts: readonly RulePart[];
}

/** Searches and a condition over them. */
export interface RulePart {
  /** The filter that it is of; undefined for the rule's own. */
  readonly filter: { readonly title: string; readonly place: Place } | undefined;
  /** As it is written. */
  readonly text: string;
  readonly condition: Condition;
  readonly searches: readonly Search[];
}

export interface Search {
  readonly name: string;
  readonly condition: Condition;
  readonly items: readonly Item[];
}

/** One item of a search, `Image|endswith: …`, or its keywords. */
export interface Item {
  readonly line: number;
  /** The path of keys to it: `selection.Image|endswith`. */
  readonly key: string;
  /** In a search that is a list of maps, any of which may hold: whether a map begins with it. */
  readonly beginsMap: boolean;
  readonly expected: readonly string[];
  readonly condition: Condition;
}

/**
 * Reads a loaded rule again as it stands in its file, with what `loadRules` makes one condition of still apart.
 *
 * @param placeholders those that it was loaded with
 */
export function writtenRule(
  rule: DetectionRule,
  { detections, filters }: RuleSet,
  placeholders: Placeholders,
): WrittenRule {
  const document = documentAt(rule.place);
  const own = filters.filter(({ rules }) => rules.includes(rule.name) || rules.includes(rule.id));
  const logsource = parseLogsource(section(document, "logsource"));
  return {
    logsource,
    twin: detections.find(({ id, logsource: { service } }) => id === rule.id && service !== logsource.service)
      ?.logsource,
    parts: [
      partOf(section(document, "detection"), undefined, placeholders),
      ...own.map(({ title, place }) =>
        partOf(withoutRules(section(documentAt(place), "filter")), { title, place }, placeholders),
      ),
    ],
  };
}

function documentAt({ file, line }: Place): YamlMap {
  const found = ruleDocuments(readFileSync(file, "utf8")).find((one) => "kind" in one && one.line === line);
  if (found === undefined || !("kind" in found) || found.kind !== "map")
    throw new Error(`${file}:${line}: the rule is no longer there`);
  return found;
}

function section(document: YamlMap, name: string): YamlMap {
  return asMap(required(document, name, "as when it was loaded"), "as when it was loaded");
}

function partOf(node: YamlMap, filter: RulePart["filter"], placeholders: Placeholders): RulePart {
  const condition = required(node, "condition", "as when it was loaded");
  return {
    filter,
    text: condition.kind === "list" ? condition.items.map(source).join("  or  ") : source(condition),
    condition: parseDetection(node, placeholders),
    searches: [...node.entries].flatMap(([name, search]) =>
      name === "condition"
        ? []
        : [{ name, condition: parseSearch(search, placeholders), items: itemsOf(search, placeholders) }],
    ),
  };
}

function itemsOf(node: YamlNode, placeholders: Placeholders): readonly Item[] {
  if (node.kind === "list" && node.items.some(({ kind }) => kind !== "scalar"))
    return node.items.flatMap((item) =>
      itemsOf(item, placeholders).map((one, at) => ({ ...one, beginsMap: at === 0 })),
    );
  if (node.kind !== "map") return [itemOf(node, node, placeholders)];
  return [...node.entries].map(([name, value]) =>
    itemOf(value, { ...node, entries: new Map([[name, value]]) }, placeholders),
  );
}

function itemOf(value: YamlNode, alone: YamlNode, placeholders: Placeholders): Item {
  return {
    line: value.line,
    key: value.key.replace(/^(?:detection|filter)\./, ""),
    beginsMap: false,
    expected: value.kind === "list" ? value.items.map(source) : [source(value)],
    condition: parseSearch(alone, placeholders),
  };
}

function source(node: YamlNode): string {
  return node.kind === "scalar" ? (node.value === null ? "null" : node.source) : "…";
}
