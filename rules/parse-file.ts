import type { CorrelationRule } from "./correlate/correlation-rule.ts";
import { parseCorrelation } from "./correlate/parse-correlation.ts";
import { expandCollection } from "./sigma/collection.ts";
import type { Placeholders } from "./sigma/expand.ts";
import { RuleFault, RuleInactive } from "./sigma/fault.ts";
import { parseFilter, type RuleFilter } from "./sigma/filter.ts";
import { eventSourceOf } from "./sigma/logsource.ts";
import { parseDetectionRule } from "./sigma/parse-rule.ts";
import type { DetectionRule, Place } from "./sigma/rule.ts";
import { hasTwin, twinOf } from "./sigma/twins.ts";
import { asText, faultAt } from "./sigma/yaml-read.ts";
import { readYaml, type YamlDocument, type YamlMap, type YamlNode } from "./sigma/yaml-tree.ts";

/** What one document of a rule file turned out to be. */
export type Parsed = DetectionRule | CorrelationRule | RuleFilter | Refused | Inactive;

interface Unused {
  readonly place: Place;
  /** Its name, id or title, as far as it could be read. */
  readonly rule: string;
  readonly reason: string;
  /** It is a filter and no rule. */
  readonly isFilter: boolean;
}

/** A rule or filter that is wrong: where, which, and what would be right. */
export interface Refused extends Unused {
  readonly kind: "refused";
}

/** A rule or filter that is right but cannot match anything here, and why. */
export interface Inactive extends Unused {
  readonly kind: "inactive";
  /** It is for other logs than Windows'. */
  readonly isForeign: boolean;
}

/** The documents of a rule file that are rules, correlations or filters: collections are taken apart, examples (`tests:`) left out. */
export function ruleDocuments(text: string): readonly YamlDocument[] {
  return expandCollection(readYaml(text).filter((document) => !isExamples(document)));
}

/** Examples that stand in the file of the rules that they are of: a document with `tests` and no rule. */
export function isExamples(document: YamlDocument): document is YamlMap {
  if (document instanceof RuleFault || document.kind !== "map" || !document.entries.has("tests")) return false;
  return ![...KINDS, "action"].some((key) => document.entries.has(key));
}

/** Reads every document of a rule file. It never throws: a fault costs its own document only. */
export function parseRuleFile(text: string, file: string, placeholders: Placeholders): readonly Parsed[] {
  return ruleDocuments(text).map((document) => parseDocument(document, file, placeholders));
}

function parseDocument(document: YamlDocument, file: string, placeholders: Placeholders): Parsed {
  if (document instanceof RuleFault) return refused(document, file, "", false);
  const rule = nameOf(document);
  const isFilter = document.kind === "map" && document.entries.has("filter");
  try {
    const parsed = parseRule(document, file, placeholders);
    const source = parsed.kind === "detection" ? eventSourceOf(parsed.logsource) : undefined;
    if (parsed.kind !== "detection" || typeof source !== "string") return parsed;
    const isForeign = parsed.logsource.product !== "windows";
    const reason = !isForeign && hasTwin(parsed.logsource.category) ? NOT_IN_TWIN : source;
    return twinOf(parsed) ?? { kind: "inactive", place: parsed.place, rule, reason, isFilter, isForeign };
  } catch (error) {
    if (error instanceof RuleFault) return refused(error, file, rule, isFilter);
    if (!(error instanceof RuleInactive)) throw error;
    const place = { file, line: document.line };
    return { kind: "inactive", place, rule, reason: error.message, isFilter, isForeign: false };
  }
}

function refused(fault: RuleFault, file: string, rule: string, isFilter: boolean): Refused {
  return { kind: "refused", place: { file, line: fault.line }, rule, reason: fault.message, isFilter };
}

const NOT_IN_TWIN = "only Security's own events tell of its category here, and they do not say what it asks for";

/** A document is of one of these kinds. */
const KINDS = ["detection", "correlation", "filter"];

function parseRule(
  node: YamlNode,
  file: string,
  placeholders: Placeholders,
): DetectionRule | CorrelationRule | RuleFilter {
  if (node.kind !== "map") throw faultAt(node, "a rule is a map with title, logsource and detection");
  const { entries } = node;
  refuseTaxonomy(entries.get("taxonomy"));
  const [kind, other] = KINDS.filter((name) => entries.has(name));
  const second = other === undefined ? undefined : entries.get(other);
  if (second !== undefined)
    throw faultAt(second, `stands beside \`${kind}\`; a document has one of the two: part them by a line ---`);
  if (entries.has("correlation")) return parseCorrelation(node, file);
  if (entries.has("filter")) return parseFilter(node, file, placeholders);
  return parseDetectionRule(node, file, placeholders);
}

/** Names of fields that are another's than Sigma's would find nothing, and nobody would know. */
function refuseTaxonomy(node: YamlNode | undefined): void {
  if (node !== undefined && asText(node) !== "sigma")
    throw faultAt(
      node,
      `"${asText(node)}" is not known; name the fields as Windows does, and leave it out or write sigma`,
    );
}

function nameOf(node: YamlNode): string {
  if (node.kind !== "map") return "";
  for (const key of ["name", "id", "title"]) {
    const value = node.entries.get(key);
    if (value?.kind === "scalar" && value.source !== "") return value.source;
  }
  return "";
}
