import { asMap, asText, faultAt, required } from "../sigma/yaml-read.ts";
import type { YamlMap } from "../sigma/yaml-tree.ts";
import type { CorrelationRule } from "./correlation-rule.ts";
import { parseSequence } from "./parse-sequence.ts";
import { isStandardType, parseStandard } from "./standard/parse-standard.ts";
import { STANDARD_TYPES } from "./standard/parse-test.ts";

/**
 * Reads a correlation document, of one of Sigma's types or ours.
 *
 * @throws RuleFault at the first fault
 */
export function parseCorrelation(map: YamlMap, file: string): CorrelationRule {
  const correlation = asMap(required(map, "correlation", "type, rules, timespan"), "type, rules, timespan");
  const typeNode = required(correlation, "type", [...STANDARD_TYPES, "sequence"].join(", "));
  const type = asText(typeNode);
  if (type === "sequence") return parseSequence(map, correlation, file);
  if (isStandardType(type)) return parseStandard(map, correlation, type, file);
  throw faultAt(
    typeNode,
    `correlation type "${type}" is not known; known are ${[...STANDARD_TYPES, "sequence"].join(", ")}`,
  );
}
