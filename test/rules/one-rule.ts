import { type Parsed, parseRuleFile } from "../../rules/parse-file.ts";
import { eventFromFields, type SampleFields } from "../../rules/sample-event.ts";
import type { Placeholders } from "../../rules/sigma/expand.ts";
import { createMatcher } from "../../rules/sigma/matcher.ts";
import type { DetectionRule } from "../../rules/sigma/rule.ts";

/** A rule over any Windows event whose `detection` section is the given text (indented by its own lines' relative indentation). */
export function ruleText(detection: string, more = ""): string {
  const indented = detection.trim().replaceAll("\n", "\n  ");
  return `title: T\nid: t\nlogsource:\n  product: windows\n${more}detection:\n  ${indented}\n`;
}

export function parseOne(text: string, placeholders: Placeholders = new Map()): Parsed {
  const [parsed, ...more] = parseRuleFile(text, "t.yml", placeholders);
  if (parsed === undefined || more.length > 0) throw new Error(`expected one document, not ${more.length + 1}`);
  return parsed;
}

export function detectionRule(text: string, placeholders?: Placeholders): DetectionRule {
  const parsed = parseOne(text, placeholders);
  if (parsed.kind !== "detection") throw new Error(`expected a detection rule: ${JSON.stringify(parsed)}`);
  return parsed;
}

/** Whether a rule with this `detection` section matches an event of these fields. */
export function matches(detection: string, fields: SampleFields, placeholders?: Placeholders): boolean {
  return createMatcher([detectionRule(ruleText(detection), placeholders)]).match(eventFromFields(fields)).length > 0;
}

/** Whether one item, `CommandLine|contains: x`, holds for an event of these fields. */
export function itemMatches(item: string, fields: SampleFields, placeholders?: Placeholders): boolean {
  return matches(`sel:\n  ${item.replaceAll("\n", "\n  ")}\ncondition: sel`, fields, placeholders);
}

/** Why the rule is refused, with its line. */
export function refusal(text: string, placeholders?: Placeholders): string {
  const parsed = parseOne(text, placeholders);
  return parsed.kind === "refused" ? `${parsed.place.line}: ${parsed.reason}` : `not refused, but ${parsed.kind}`;
}
