import { LEVELS, type Level } from "../../model/detection.ts";
import type { RuleHead } from "../sigma/parse-head.ts";
import { asMap, asOneOf, asText, asTexts, faultAt, onlyKeys, optionalText, required } from "../sigma/yaml-read.ts";
import type { YamlNode } from "../sigma/yaml-tree.ts";
import type { IncidentTemplate, Raise } from "./sequence-rule.ts";

/**
 * Reads the `incident` section of a sequence. One text as `title` is that of every state; without one it is the rule's own.
 *
 * @param states the states of the sequence's steps, in order
 * @throws RuleFault
 */
export function parseIncident(node: YamlNode, states: readonly string[], head: RuleHead): IncidentTemplate {
  const map = asMap(node, "from, title, severity, raise, advice");
  onlyKeys(map, ["from", "title", "severity", "raise", "advice"]);
  const from = map.entries.get("from");
  const title = map.entries.get("title");
  const raise = map.entries.get("raise");
  const severity = required(map, "severity", "state → level");
  return {
    from: from === undefined ? (states[0] ?? "") : asOneOf(from, states),
    title:
      title?.kind === "map"
        ? everyState(title, states, asText)
        : sameFor(states, title === undefined ? head.title : asText(title)),
    severity: everyState(severity, states, asLevel),
    raise: raise === undefined ? [] : parseRaises(raise, states),
    advice: optionalText(map, "advice") ?? "",
  };
}

function asLevel(node: YamlNode): Level {
  return asOneOf(node, LEVELS);
}

function sameFor(states: readonly string[], title: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...states, "resolved"].map((state) => [state, title]));
}

/** State → value; every state must be there, and `resolved` may be. */
function everyState<T>(
  node: YamlNode,
  states: readonly string[],
  read: (node: YamlNode) => T,
): Readonly<Record<string, T>> {
  const values = someStates(node, states, read);
  const missing = states.find((state) => !Object.hasOwn(values, state));
  if (missing !== undefined) throw faultAt(node, `state "${missing}" is missing`);
  return values;
}

function someStates<T>(
  node: YamlNode,
  states: readonly string[],
  read: (node: YamlNode) => T,
): Readonly<Record<string, T>> {
  const map = asMap(node, "state → value");
  onlyKeys(map, [...states, "resolved"]);
  return Object.fromEntries([...map.entries].map(([state, value]) => [state, read(value)]));
}

function parseRaises(node: YamlNode, states: readonly string[]): readonly Raise[] {
  if (node.kind !== "list") throw faultAt(node, "must be a list");
  return node.items.map((item) => {
    const map = asMap(item, "to, because, rules, same, when");
    onlyKeys(map, ["to", "because", "rules", "same", "when"]);
    const same = map.entries.get("same");
    const when = map.entries.get("when");
    return {
      to: someStates(required(map, "to", "state → level"), states, asLevel),
      because: asText(required(map, "because", "what makes it worse, for the verdict")),
      rules: asTexts(required(map, "rules", "names of detection rules")),
      same: same === undefined ? [] : asTexts(same),
      when: when === undefined ? "ever" : asOneOf(when, ["before", "evidence", "ever"]),
    };
  });
}
