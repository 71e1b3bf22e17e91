import { asMap, asScalar, asText, asTexts, faultAt, onlyKeys, required } from "../../sigma/yaml-read.ts";
import type { YamlMap, YamlNode } from "../../sigma/yaml-tree.ts";
import { type Decimal, decimalFromText, decimalOf } from "./decimal.ts";
import { parseExpression } from "./parse-expression.ts";
import { isTrue, type RuleExpression, type WindowTest } from "./standard-rule.ts";
import { OPERATORS, type Operator, Threshold } from "./threshold.ts";

export const STANDARD_TYPES = [
  "event_count",
  "value_count",
  "temporal",
  "temporal_ordered",
  "value_sum",
  "value_avg",
  "value_percentile",
] as const;
export type StandardType = (typeof STANDARD_TYPES)[number];

/**
 * Reads `condition` as the type asks for it; one that can never hold, or always does, is refused.
 *
 * @throws RuleFault
 */
export function parseTest(correlation: YamlMap, type: StandardType, rules: readonly string[]): WindowTest {
  const condition = correlation.entries.get("condition");
  if (type === "temporal" || type === "temporal_ordered") return parseTemporal(condition, type, rules);
  const map = asMap(required(correlation, "condition", BOUNDS), BOUNDS);
  switch (type) {
    case "event_count":
      return { type, threshold: countThreshold(map, []) };
    case "value_count":
      return { type, fields: asTexts(fieldNode(map)), threshold: countThreshold(map, ["field"]) };
    case "value_sum":
    case "value_avg":
      return { type, field: asText(fieldNode(map)), threshold: threshold(map, ["field"]) };
    case "value_percentile":
      return {
        type,
        field: asText(fieldNode(map)),
        percentile: parsePercentile(required(map, "percentile", "which one, from 0 to 100")),
        threshold: threshold(map, ["field", "percentile"]),
      };
  }
}

const BOUNDS = "gt, gte, lt, lte, eq, neq";

function fieldNode(map: YamlMap): YamlNode {
  return required(map, "field", "the field whose values count");
}

function parsePercentile(node: YamlNode): number {
  const { value } = asScalar(node);
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 100)
    throw faultAt(node, "must be a whole number from 0 to 100");
  return value;
}

function threshold(
  map: YamlMap,
  others: readonly string[],
  boundOf: (node: YamlNode, operator: Operator) => Decimal = parseBound,
): Threshold {
  onlyKeys(map, [...OPERATORS, ...others]);
  const bounds = OPERATORS.flatMap((operator) => {
    const node = map.entries.get(operator);
    return node === undefined ? [] : [[operator, boundOf(node, operator)] as const];
  });
  if (bounds.length === 0) throw faultAt(map, `needs at least one of ${BOUNDS}`);
  const found = new Threshold(new Map(bounds));
  if (!found.canHold) throw faultAt(map, "can never be fulfilled: no number is within all of these bounds");
  return found;
}

function parseBound(node: YamlNode): Decimal {
  const { value, source } = asScalar(node);
  const bound = typeof value === "number" ? decimalFromText(source) : undefined;
  if (bound === undefined) throw faultAt(node, "must be a number, as 10 or 0.5, without quotes");
  return bound;
}

function parseCount(node: YamlNode, operator: Operator): Decimal {
  const { value } = asScalar(node);
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw faultAt(node, "must be a whole number, without quotes, for it is a count");
  if (value === 0 && (operator === "gte" || operator === "neq"))
    throw faultAt(node, "says nothing: a window has the one detection that it is looked at for; write 1 or more");
  return decimalOf(value);
}

function countThreshold(map: YamlMap, others: readonly string[]): Threshold {
  const found = threshold(map, others, parseCount);
  if (!found.canCount)
    throw faultAt(
      map,
      "can never be fulfilled: what is counted is a whole number, and at least 1, for a window has the one detection that it is looked at for",
    );
  return found;
}

function parseTemporal(
  node: YamlNode | undefined,
  type: "temporal" | "temporal_ordered",
  rules: readonly string[],
): WindowTest {
  if (node?.kind === "scalar") return parseBoolean(node, type, rules);
  const inOrder: WindowTest = { type: "temporal_ordered", present: [...rules.keys()], absent: [] };
  if (node === undefined)
    return type === "temporal"
      ? { type, threshold: new Threshold(new Map([["gte", decimalOf(rules.length)]])) }
      : inOrder;
  const found = countThreshold(asMap(node, BOUNDS), []);
  const counts = rules.map((_, at) => at + 1).filter((count) => found.holdsCount(count));
  if (counts.length === 0) throw faultAt(node, `can never be fulfilled by ${rules.length} rules`);
  if (type === "temporal") return { type, threshold: found };
  if (counts.length > 1 || counts[0] !== rules.length)
    throw faultAt(node, "temporal_ordered needs all of its rules; leave it out, or write temporal");
  return inOrder;
}

function parseBoolean(node: YamlNode, type: "temporal" | "temporal_ordered", rules: readonly string[]): WindowTest {
  const expression = expressionOf(node, rules);
  if (isTrue(expression, () => false)) throw faultAt(node, "is true where nothing happened; name a rule without `not`");
  if (type === "temporal") return { type, expression };
  const terms = expression.kind === "and" ? expression.terms : [expression];
  const present: number[] = [];
  const absent: number[] = [];
  for (const term of terms)
    if (term.kind === "rule") present.push(term.index);
    else if (term.kind === "not" && term.term.kind === "rule") absent.push(term.term.index);
    else throw faultAt(node, "for temporal_ordered must be names and `not` names, joined by `and`");
  return { type, present: present.sort((a, b) => a - b), absent };
}

function expressionOf(node: YamlNode, rules: readonly string[]): RuleExpression {
  try {
    return parseExpression(asText(node), rules);
  } catch (error) {
    if (error instanceof SyntaxError) throw faultAt(node, error.message);
    throw error;
  }
}
