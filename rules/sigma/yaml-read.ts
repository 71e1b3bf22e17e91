import { RuleFault } from "./fault.ts";
import type { YamlMap, YamlNode, YamlScalar } from "./yaml-tree.ts";

/** The fault of a node: what would be right, at its line and key. */
export function faultAt(node: YamlNode, reason: string): RuleFault {
  return new RuleFault(node.line, node.key, reason);
}

export function asMap(node: YamlNode, what: string): YamlMap {
  if (node.kind !== "map") throw faultAt(node, `must be a map: ${what}`);
  return node;
}

/** Non-empty text; a number or a boolean is taken as it is written. */
export function asText(node: YamlNode): string {
  if (node.kind !== "scalar" || node.value === null || node.source.trim() === "")
    throw faultAt(node, "must be text, and not empty");
  return node.source;
}

/** One text or a list of texts, at least one. */
export function asTexts(node: YamlNode): readonly string[] {
  if (node.kind !== "list") return [asText(node)];
  if (node.items.length === 0) throw faultAt(node, "the list is empty");
  return node.items.map(asText);
}

export function asScalar(node: YamlNode): YamlScalar {
  if (node.kind !== "scalar") throw faultAt(node, `must be one value, not a ${node.kind}`);
  return node;
}

export function required(map: YamlMap, name: string, what: string): YamlNode {
  const node = map.entries.get(name);
  if (node === undefined) throw faultAt(map, `needs ${/^[aeiou]/.test(name) ? "an" : "a"} \`${name}\`: ${what}`);
  return node;
}

export function optionalText(map: YamlMap, name: string): string | undefined {
  const node = map.entries.get(name);
  return node === undefined ? undefined : asText(node);
}

/** Refuses keys that mean nothing here: most are misspelt, and a misspelt condition that is passed over makes another rule. */
export function onlyKeys(map: YamlMap, known: readonly string[]): void {
  for (const [name, node] of map.entries)
    if (!known.includes(name)) throw faultAt(node, `is no key of this place; known are ${known.join(", ")}`);
}

/** One of the given words, as it is written. */
export function asOneOf<T extends string>(node: YamlNode, choices: readonly T[]): T {
  const text = asText(node);
  const choice = choices.find((one) => one === text);
  if (choice === undefined) throw faultAt(node, `"${text}" is none of ${choices.join(", ")}`);
  return choice;
}
