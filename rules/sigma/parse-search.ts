import { absent, and, type Condition, exists, fieldReference, fieldTest, keyword, not, or } from "./condition.ts";
import type { Placeholders } from "./expand.ts";
import { type Meaning, type Modifiers, parseModifiers } from "./modifiers.ts";
import { testsOfValue, type ValueMeaning } from "./parse-value.ts";
import { asScalar, asText, faultAt } from "./yaml-read.ts";
import type { YamlMap, YamlNode, YamlScalar } from "./yaml-tree.ts";

/**
 * Reads one search of a `detection` section: a map (all its items), a list of maps (any), a list of keywords (any), or a single keyword.
 *
 * @throws RuleFault and RuleInactive, as `testsOfValue`
 */
export function parseSearch(node: YamlNode, placeholders: Placeholders): Condition {
  if (node.kind === "map") return everyItem(node, placeholders);
  if (node.kind === "scalar") return keywordsOf([node], [], node, placeholders);
  if (node.items.length === 0) throw faultAt(node, "the list is empty");
  const words = node.items.filter((item) => item.kind === "scalar");
  const others = node.items.filter((item) => item.kind !== "scalar");
  return or([
    ...others.map((item) => {
      if (item.kind === "map") return everyItem(item, placeholders);
      throw faultAt(item, "a list within a list means nothing here; write one list");
    }),
    ...(words.length === 0 ? [] : [keywordsOf(words, [], node, placeholders)]),
  ]);
}

function everyItem(map: YamlMap, placeholders: Placeholders): Condition {
  if (map.entries.size === 0) throw faultAt(map, "the map is empty");
  return and([...map.entries].map(([key, node]) => itemOf(key, node, placeholders)));
}

function itemOf(key: string, node: YamlNode, placeholders: Placeholders): Condition {
  const [field = "", ...names] = key.split("|");
  const values = scalarsOf(node);
  if (field === "") return keywordsOf(values, names, node, placeholders);
  const modifiers = modifiersOf(names, node);
  const isNull = modifiers.meaning.kind !== "exists" && values.some(({ value }) => value === null);
  const condition = isNull ? absence(field, names, node) : testOf(field, modifiers, values, node, placeholders);
  return modifiers.neq ? not(condition) : condition;
}

function scalarsOf(node: YamlNode): readonly YamlScalar[] {
  if (node.kind === "map") throw faultAt(node, "must be a value or a list of values, not a map");
  if (node.kind === "scalar") return [node];
  if (node.items.length === 0) throw faultAt(node, "the list is empty");
  return node.items.map(asScalar);
}

function modifiersOf(names: readonly string[], node: YamlNode): Modifiers {
  const modifiers = parseModifiers(names);
  if (typeof modifiers === "string") throw faultAt(node, modifiers);
  if (modifiers.all && node.kind !== "list") throw faultAt(node, `modifier "all" needs a list of values`);
  return modifiers;
}

function testOf(
  field: string,
  modifiers: Modifiers,
  values: readonly YamlScalar[],
  node: YamlNode,
  placeholders: Placeholders,
): Condition {
  const { all, meaning } = modifiers;
  if (meaning.kind === "exists") return existence(field, values, node);
  const join = all ? and : or;
  if (meaning.kind === "fieldref") {
    const { anchoring, cased } = meaning;
    return join(values.map((value) => fieldReference({ field, other: asText(value), anchoring, cased })));
  }
  if (all) return and(values.map((value) => fieldTest(field, testsOfValue(value, meaning, placeholders))));
  return fieldTest(
    field,
    values.flatMap((value) => testsOfValue(value, meaning, placeholders)),
  );
}

function existence(field: string, [value, ...more]: readonly YamlScalar[], node: YamlNode): Condition {
  if (typeof value?.value !== "boolean" || more.length > 0)
    throw faultAt(node, `modifier "exists" needs true or false`);
  return value.value ? exists(field) : not(exists(field));
}

function absence(field: string, names: readonly string[], node: YamlNode): Condition {
  if (node.kind === "list")
    throw faultAt(node, "null is not allowed in a list; give it a search of its own and join them in the condition");
  if (names.some((name) => name !== "neq"))
    throw faultAt(node, "null takes no modifier but neq: it means that the field is absent");
  return absent(field);
}

/** Keywords are looked for anywhere in any value of the event. */
function keywordsOf(
  values: readonly YamlScalar[],
  names: readonly string[],
  node: YamlNode,
  placeholders: Placeholders,
): Condition {
  const { all, neq, meaning } = modifiersOf(names, node);
  const test = keywordMeaning(meaning, node);
  for (const value of values) asText(value);
  const condition = all
    ? and(values.map((value) => keyword(testsOfValue(value, test, placeholders))))
    : keyword(values.flatMap((value) => testsOfValue(value, test, placeholders)));
  return neq ? not(condition) : condition;
}

function keywordMeaning(meaning: Meaning, node: YamlNode): ValueMeaning {
  if (meaning.kind === "re") return meaning;
  if (meaning.kind !== "text") throw faultAt(node, `modifier "${meaning.kind}" needs a field name before it`);
  return meaning.anchoring === "equals" ? { ...meaning, anchoring: "contains" } : meaning;
}
