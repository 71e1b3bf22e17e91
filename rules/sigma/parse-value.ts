import { parseNetwork } from "./cidr.ts";
import { DATE_RANGES, type DatePart } from "./date-part.ts";
import { encodeBase64 } from "./encode.ts";
import { expandPlaceholders, type Placeholders } from "./expand.ts";
import { RuleInactive } from "./fault.ts";
import type { Meaning, TextMeaning } from "./modifiers.ts";
import { parseRegularExpression, type RegexFlags } from "./regular-expression.ts";
import { anchored, literalOf, literalPattern, parseTextPattern, type TextPattern } from "./text-pattern.ts";
import type { Comparison, ValueTest } from "./value-test.ts";
import { windashVariants } from "./windash.ts";
import { faultAt } from "./yaml-read.ts";
import type { YamlScalar } from "./yaml-tree.ts";

/** What modifiers make of a value; `exists` and `fieldref` are no tests of a value and are not among them. */
export type ValueMeaning = Exclude<Meaning, { kind: "exists" | "fieldref" }>;

/** More than any honest value makes: the bound on what placeholders multiply to. */
const MAX_VARIANTS = 10_000;

/**
 * The tests that one value of a rule means; a value of the event passes when it passes any of them.
 *
 * @throws RuleFault when the value does not suit its modifiers
 * @throws RuleInactive when a placeholder's list is empty
 */
export function testsOfValue(
  node: YamlScalar,
  meaning: ValueMeaning,
  placeholders: Placeholders,
): readonly ValueTest[] {
  switch (meaning.kind) {
    case "text":
      return textTests(node, meaning, placeholders);
    case "re":
      return [regexTest(node, meaning.flags)];
    case "cidr":
      return [networkTest(node)];
    case "number":
      return [numberTest(node, meaning.compare)];
    case "date":
      return [dateTest(node, meaning.part, meaning.compare)];
  }
}

function textTests(node: YamlScalar, meaning: TextMeaning, placeholders: Placeholders): readonly ValueTest[] {
  const { anchoring, cased, windash, expand, base64 } = meaning;
  if (typeof node.value === "number" && anchoring === "equals" && !cased && !base64) return [numberTest(node, "eq")];
  const expanded = expand ? expandedValues(node, placeholders) : [node.source];
  const dashed = windash ? expanded.flatMap((value) => dashedValues(node, value)) : expanded;
  if (dashed.length > MAX_VARIANTS)
    throw faultAt(node, `has more than ${MAX_VARIANTS} variants; name fewer placeholders`);
  return dashed
    .flatMap((value) => (base64 === undefined ? [parseTextPattern(value)] : encodedPatterns(node, value, meaning)))
    .map((pattern) => Object.freeze({ kind: "text", pattern: anchored(pattern, anchoring), cased }));
}

function expandedValues(node: YamlScalar, placeholders: Placeholders): readonly string[] {
  const expansion = expandPlaceholders(node.source, placeholders);
  if (expansion.kind === "values") return expansion.values;
  if (expansion.kind === "empty") throw new RuleInactive(`placeholder %${expansion.name}% has no values`);
  throw faultAt(
    node,
    `placeholder %${expansion.name}% is not known: say what it stands for in rules.expand of rootcause.yml`,
  );
}

function dashedValues(node: YamlScalar, value: string): readonly string[] {
  const variants = windashVariants(value);
  if (variants === undefined) throw faultAt(node, `"windash" has too many dashes to combine; split the value`);
  return variants;
}

function encodedPatterns(node: YamlScalar, value: string, meaning: TextMeaning): readonly TextPattern[] {
  const text = literalOf(parseTextPattern(value));
  if (text === undefined)
    throw faultAt(node, `a value to be encoded has no wildcards; write \\* for a star, \\? for a question mark`);
  const encoded = encodeBase64(text, meaning.utf16, meaning.base64 ?? "base64");
  if (encoded.length === 0 || text === "") throw faultAt(node, "is too short to be recognised in Base64");
  return encoded.map(literalPattern);
}

function regexTest(node: YamlScalar, flags: RegexFlags): ValueTest {
  if (node.source === "") throw faultAt(node, "the regular expression is empty");
  try {
    return Object.freeze({ kind: "regex", expression: parseRegularExpression(node.source, flags) });
  } catch (error) {
    if (error instanceof SyntaxError) throw faultAt(node, `the regular expression is not RE2's: ${error.message}`);
    throw error;
  }
}

function networkTest(node: YamlScalar): ValueTest {
  const network = parseNetwork(node.source);
  if (network === undefined) throw faultAt(node, `"${node.source}" is no network; write 10.0.0.0/8 or fe80::/10`);
  return Object.freeze({ kind: "cidr", network });
}

function numberTest(node: YamlScalar, compare: Comparison): ValueTest {
  const than = numberOf(node);
  if (Number.isInteger(than) && !Number.isSafeInteger(than)) {
    const advice = compare === "eq" ? "put it in quotes" : `the largest is ${Number.MAX_SAFE_INTEGER}`;
    throw faultAt(node, `is too large to be compared as a number; ${advice}`);
  }
  return Object.freeze({ kind: "number", compare, than });
}

function dateTest(node: YamlScalar, part: DatePart, compare: Comparison): ValueTest {
  const than = numberOf(node);
  const [least, greatest] = DATE_RANGES[part];
  if (!Number.isInteger(than) || than < least || than > greatest)
    throw faultAt(node, `${part} must be a whole number from ${least} to ${greatest}`);
  return Object.freeze({ kind: "date", part, compare, than });
}

function numberOf(node: YamlScalar): number {
  const { value } = node;
  if (typeof value !== "number" || !Number.isFinite(value)) throw faultAt(node, "must be a number, without quotes");
  return value;
}
