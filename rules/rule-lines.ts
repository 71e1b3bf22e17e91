import { readFileSync } from "node:fs";
import { ruleDocuments } from "./parse-file.ts";
import type { Place } from "./sigma/rule.ts";
import type { YamlNode } from "./sigma/yaml-tree.ts";

const SECTIONS = ["detection", "filter", "correlation"];

/**
 * Tells where a rule names something, its file being read once: a field, as a key with its modifiers or as a value (`group-by`), or a key of its own, as `condition`. The rule's own
 * place where its file does not say it, or can no longer be read.
 */
export function placesIn(place: Place): (name: string) => Place {
  const document = documentAt(place);
  const sections = document?.kind === "map" ? SECTIONS.flatMap((key) => document.entries.get(key) ?? []) : [];
  return (name) => {
    const line = firstOf(sections, name);
    return line === undefined ? place : { file: place.file, line };
  };
}

function documentAt({ file, line }: Place): YamlNode | undefined {
  try {
    return ruleDocuments(readFileSync(file, "utf8")).find((one): one is YamlNode => "kind" in one && one.line === line);
  } catch {
    return undefined;
  }
}

function lineOf(node: YamlNode, name: string): number | undefined {
  if (node.kind === "scalar") return node.source === name ? node.line : undefined;
  if (node.kind === "list") return firstOf(node.items, name);
  for (const [key, value] of node.entries) if (key === name || key.startsWith(`${name}|`)) return value.line;
  return firstOf([...node.entries.values()], name);
}

function firstOf(nodes: readonly YamlNode[], name: string): number | undefined {
  for (const node of nodes) {
    const line = lineOf(node, name);
    if (line !== undefined) return line;
  }
  return undefined;
}
