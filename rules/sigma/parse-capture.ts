import { parseRegularExpression } from "./regular-expression.ts";
import type { Capture, RegularExpression } from "./rule.ts";
import { asMap, asOneOf, asText, faultAt, onlyKeys, required } from "./yaml-read.ts";
import type { YamlNode } from "./yaml-tree.ts";

/**
 * Reads the custom attribute `capture`: name → field, `{ field, match }`, `{ value }`, or a list of these of which the first that yields a value wins.
 *
 * @throws RuleFault
 */
export function parseCaptures(node: YamlNode | undefined): readonly Capture[] {
  if (node === undefined) return [];
  return [...asMap(node, "name → field").entries].flatMap(([name, what]) =>
    (what.kind === "list" ? what.items : [what]).map((one) => captureOf(name, one)),
  );
}

function captureOf(name: string, node: YamlNode): Capture {
  if (node.kind === "scalar") return { name, kind: "field", field: asText(node), match: undefined, take: "first" };
  const map = asMap(node, "{ field, match } or { value }");
  const value = map.entries.get("value");
  onlyKeys(map, value === undefined ? ["field", "match", "take"] : ["value"]);
  if (value !== undefined) return { name, kind: "constant", value: asText(value) };
  const field = asText(required(map, "field", "where the value stands"));
  const match = map.entries.get("match");
  const take = map.entries.get("take");
  return {
    name,
    kind: "field",
    field,
    match: match === undefined ? undefined : expressionOf(match),
    take: take === undefined ? "first" : asOneOf(take, ["first", "last"]),
  };
}

function expressionOf(node: YamlNode): RegularExpression {
  try {
    const expression = parseRegularExpression(asText(node));
    if (expression.groups === 0) throw faultAt(node, "needs a group (…) around the value to capture");
    return expression;
  } catch (error) {
    if (error instanceof SyntaxError) throw faultAt(node, `the regular expression is not RE2's: ${error.message}`);
    throw error;
  }
}
