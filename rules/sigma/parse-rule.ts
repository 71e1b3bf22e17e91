import { nearest } from "../../model/nearest.ts";
import { type Condition, or } from "./condition.ts";
import type { Placeholders } from "./expand.ts";
import { logsourceFault } from "./logsource.ts";
import { parseCaptures } from "./parse-capture.ts";
import { parseCondition, type Searches } from "./parse-condition.ts";
import { parseHead } from "./parse-head.ts";
import { parseSearch } from "./parse-search.ts";
import type { DetectionRule, Logsource } from "./rule.ts";
import { asMap, asText, asTexts, faultAt, optionalText, required } from "./yaml-read.ts";
import type { YamlMap } from "./yaml-tree.ts";

/**
 * Reads a rule of the plain kind (specification 2.1). Top-level attributes that it does not know are passed over: Sigma allows custom ones.
 *
 * @throws RuleFault at the first fault
 * @throws RuleInactive when a placeholder's list is empty
 */
export function parseDetectionRule(map: YamlMap, file: string, placeholders: Placeholders): DetectionRule {
  const head = parseHead(map);
  const logsource = parseLogsource(asMap(required(map, "logsource", "where its events come from"), "product, service"));
  const detection = asMap(required(map, "detection", "searches and a condition"), "searches and a condition");
  return Object.freeze({
    kind: "detection",
    ...head,
    place: { file, line: map.line },
    logsource,
    condition: parseDetection(detection, placeholders),
    capture: parseCaptures(map.entries.get("capture")),
  });
}

const LOGSOURCE_KEYS = ["product", "category", "service"];
const KNOWN_KEYS = new Set([...LOGSOURCE_KEYS, "definition"]);

/** The words are Sigma's, without regard to case; `definition` and custom keys are for people, but misspelt ones are refused. */
export function parseLogsource(map: YamlMap): Logsource {
  const word = (name: string) => optionalText(map, name)?.toLowerCase();
  for (const [name, node] of map.entries) {
    // Before any comparing: thousands of rules have nothing else.
    if (KNOWN_KEYS.has(name)) continue;
    const meant = nearest(name, LOGSOURCE_KEYS);
    if (meant !== undefined) throw faultAt(node, `is no key of this place; did you mean ${meant}?`);
  }
  const logsource = { product: word("product"), category: word("category"), service: word("service") };
  if (Object.values(logsource).every((one) => one === undefined))
    throw faultAt(map, "needs a product, a category or a service");
  const fault = logsourceFault(logsource);
  if (fault !== undefined) throw faultAt(map.entries.get(fault.key) ?? map, fault.reason);
  return logsource;
}

/** A section of searches and a condition over them.
 *
 * @throws as `parseDetectionRule`
 */
export function parseDetection(map: YamlMap, placeholders: Placeholders): Condition {
  const conditionNode = required(map, "condition", "which searches must match");
  const timeframe = map.entries.get("timeframe");
  if (timeframe !== undefined)
    throw faultAt(timeframe, "left Sigma with version 2; write a correlation rule with a timespan instead");
  const searches: Searches = new Map(
    [...map.entries]
      .filter(([name]) => name !== "condition")
      .map(([name, node]) => [name, parseSearch(node, placeholders)]),
  );
  if (searches.size === 0) throw faultAt(map, "needs at least one search beside the condition");
  const texts = conditionNode.kind === "list" ? asTexts(conditionNode) : [asText(conditionNode)];
  try {
    return or(texts.map((text) => parseCondition(text, searches)));
  } catch (error) {
    if (error instanceof SyntaxError) throw faultAt(conditionNode, error.message);
    throw error;
  }
}
