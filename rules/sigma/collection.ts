import { RuleFault } from "./fault.ts";
import { asOneOf, faultAt } from "./yaml-read.ts";
import type { YamlDocument, YamlMap, YamlNode } from "./yaml-tree.ts";

const ACTIONS = ["global", "repeat", "reset"] as const;

/**
 * The rules of a file in the form of Sigma version 1's collections: `action: global` is added to every detection rule after it, until `action: reset`;
 * `action: repeat` is the rule before with what it says itself in its place. A document's own keys win. Rules that would have the same id or
 * name, because it came from such a document, are told apart by a number.
 */
export function expandCollection(documents: readonly YamlDocument[]): readonly YamlDocument[] {
  let global: YamlMap | undefined;
  let previous: YamlMap | undefined;
  const used = new Map<string, number>();
  const merged = (base: YamlMap | undefined, own: YamlMap) =>
    base === undefined ? own : distinct(merge(base, own), own, used);
  return documents.flatMap((document): YamlDocument | [] => {
    if (document instanceof RuleFault || document.kind !== "map") return document;
    const action = actionOf(document);
    if (action instanceof RuleFault) return action;
    if (action === "reset") {
      global = undefined;
      return [];
    }
    const own = without(document, "action");
    if (action === "global") {
      global = global === undefined ? own : merge(global, own);
      return [];
    }
    // Only detection rules are put together: a filter that also had a detection would be two things.
    if (own.entries.has("correlation") || own.entries.has("filter")) return own;
    if (action === "repeat" && previous === undefined)
      return faultAt(document, "action `repeat` needs a rule before it in the file");
    const rule = action === "repeat" ? merged(previous, own) : merged(global, own);
    if (action === undefined) note(rule, used);
    previous = rule;
    return rule;
  });
}

function actionOf(document: YamlMap): (typeof ACTIONS)[number] | undefined | RuleFault {
  const node = document.entries.get("action");
  try {
    return node === undefined ? undefined : asOneOf(node, ACTIONS);
  } catch (fault) {
    if (fault instanceof RuleFault) return fault;
    throw fault;
  }
}

/** `own` over `base`, map by map; lists and values are replaced as a whole. It stands where `own` stands. */
function merge(base: YamlMap, own: YamlMap): YamlMap {
  const entries = new Map<string, YamlNode>(base.entries);
  for (const [name, node] of own.entries) {
    const before = entries.get(name);
    entries.set(name, before?.kind === "map" && node.kind === "map" ? merge(before, node) : node);
  }
  return { ...own, entries };
}

function without(map: YamlMap, name: string): YamlMap {
  if (!map.entries.has(name)) return map;
  return { ...map, entries: new Map([...map.entries].filter(([key]) => key !== name)) };
}

/** What a rule is known by, that has come more than once from elsewhere, with a number. */
function distinct(rule: YamlMap, own: YamlMap, used: Map<string, number>): YamlMap {
  const entries = new Map(rule.entries);
  const labels = entries.has("id") || entries.has("name") ? ["id", "name"] : ["title"];
  for (const label of labels) {
    const node = entries.get(label);
    if (node?.kind !== "scalar" || own.entries.has(label)) continue;
    const base = node.source.replace(/ #\d+$/, "");
    const number = (used.get(`${label}\n${base}`) ?? 0) + 1;
    used.set(`${label}\n${base}`, number);
    const text = number === 1 ? base : `${base} #${number}`;
    entries.set(label, { ...node, value: text, source: text });
  }
  return { ...rule, entries };
}

/** Counts a label that a rule has of its own, so that what repeats it begins with the second. */
function note(rule: YamlMap, used: Map<string, number>): void {
  for (const label of ["id", "name", "title"]) {
    const node = rule.entries.get(label);
    if (node?.kind === "scalar" && !used.has(`${label}\n${node.source}`)) used.set(`${label}\n${node.source}`, 1);
  }
}
