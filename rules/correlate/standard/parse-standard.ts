import { type Ticks, ticksFromTimespan } from "../../../model/ticks.ts";
import { parseHead } from "../../sigma/parse-head.ts";
import { asMap, asOneOf, asText, asTexts, faultAt, onlyKeys, required } from "../../sigma/yaml-read.ts";
import type { YamlMap, YamlNode } from "../../sigma/yaml-tree.ts";
import { namesIn } from "./parse-expression.ts";
import { parseTest, STANDARD_TYPES, type StandardType } from "./parse-test.ts";
import type { StandardRule } from "./standard-rule.ts";

const KEYS = ["type", "rules", "group-by", "timespan", "condition", "aliases", "generate"];

/**
 * Reads a correlation document of one of Sigma's own types. What it refers to is looked up when all files are read (rules/references.ts).
 *
 * @throws RuleFault at the first fault
 */
export function parseStandard(map: YamlMap, correlation: YamlMap, type: StandardType, file: string): StandardRule {
  onlyKeys(correlation, KEYS);
  const rules = parseRules(correlation, type);
  const groupBy = correlation.entries.get("group-by");
  // The specification's text has it beside `level`, its examples within `correlation`.
  const generate = correlation.entries.get("generate") ?? map.entries.get("generate");
  return Object.freeze({
    kind: "standard",
    ...parseHead(map),
    place: { file, line: map.line },
    rules,
    inner: new Map(),
    channels: new Map(),
    groupBy: groupBy === undefined ? [] : distinctTexts(groupBy),
    aliases: parseAliases(correlation.entries.get("aliases"), rules),
    timespan: parseTimespan(required(correlation, "timespan", "how long a window is, as 5m or 24h")),
    test: parseTest(correlation, type, rules),
    generate: generate !== undefined && asOneOf(generate, ["true", "false"]) === "true",
  });
}

export function isStandardType(type: string): type is StandardType {
  return STANDARD_TYPES.some((one) => one === type);
}

/** A boolean condition names its rules itself. */
function parseRules(correlation: YamlMap, type: StandardType): readonly string[] {
  const node = correlation.entries.get("rules");
  if (node !== undefined) return distinctTexts(node);
  const condition = correlation.entries.get("condition");
  const named =
    condition?.kind === "scalar" && (type === "temporal" || type === "temporal_ordered") ? namesOf(condition) : [];
  if (named.length === 0) required(correlation, "rules", "names or ids of rules");
  return named;
}

function namesOf(condition: YamlNode): readonly string[] {
  try {
    return namesIn(asText(condition));
  } catch (error) {
    throw error instanceof SyntaxError ? faultAt(condition, error.message) : error;
  }
}

function distinctTexts(node: YamlNode): readonly string[] {
  const texts = asTexts(node);
  const twice = texts.find((text, at) => texts.indexOf(text) !== at);
  if (twice !== undefined) throw faultAt(node, `"${twice}" is there twice`);
  return texts;
}

function parseAliases(
  node: YamlNode | undefined,
  rules: readonly string[],
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const aliases = new Map<string, ReadonlyMap<string, string>>();
  if (node === undefined) return aliases;
  for (const [alias, of] of asMap(node, "alias → { rule: field }").entries) {
    const map = asMap(of, "rule → field");
    for (const [rule, field] of map.entries)
      if (!rules.includes(rule))
        throw faultAt(field, `"${rule}" is none of the correlation's rules: ${rules.join(", ")}`);
    aliases.set(alias, new Map([...map.entries].map(([rule, field]) => [rule, asText(field)])));
  }
  return aliases;
}

function parseTimespan(node: YamlNode): Ticks {
  const ticks = ticksFromTimespan(asText(node));
  if (ticks === undefined || ticks === 0n) throw faultAt(node, "must be a timespan: 30s, 15m, 24h or 90d");
  return ticks;
}
