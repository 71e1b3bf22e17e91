import { LEVELS, type Level, type RuleRef } from "../../model/detection.ts";
import { asOneOf, asText, optionalText, required } from "./yaml-read.ts";
import type { YamlMap } from "./yaml-tree.ts";

/** What every kind of rule begins with. */
export interface RuleHead extends RuleRef {
  readonly description: string;
}

/**
 * Reads title, id, name, level and description. An `id` is recommended, not demanded: a rule without one goes by its name, or its title; without a level it is informational.
 *
 * @throws RuleFault
 */
export function parseHead(map: YamlMap): RuleHead {
  const title = asText(required(map, "title", "one line that says what it finds"));
  const name = optionalText(map, "name");
  const id = optionalText(map, "id") ?? name ?? title;
  const levelNode = map.entries.get("level");
  const level: Level = levelNode === undefined ? "informational" : asOneOf(levelNode, LEVELS);
  return { id, name: name ?? id, title, level, description: optionalText(map, "description") ?? "" };
}
