import type { CorrelationRule } from "../../rules/correlate/correlation-rule.ts";
import type { SequenceRule, Step } from "../../rules/correlate/sequence-rule.ts";
import type { StandardRule } from "../../rules/correlate/standard/standard-rule.ts";
import { testWords } from "../../rules/correlate/standard/wording.ts";
import type { RuleSet } from "../../rules/load.ts";
import type { RulePart, Search, WrittenRule } from "../../rules/rule-parts.ts";
import type { Capture, DetectionRule, Logsource, Place } from "../../rules/sigma/rule.ts";
import { counted } from "./count-words.ts";
import { listWords } from "./explanation-words.ts";
import { type Look, severityLabel } from "./look.ts";
import { spanWords } from "./time-words.ts";
import { visible } from "./visible-text.ts";
import { wrap } from "./wrap.ts";

/** A rule that is there for two kinds of events is one rule. */
function distinct(detections: readonly DetectionRule[]): readonly DetectionRule[] {
  return [...new Map(detections.toReversed().map((rule) => [rule.id, rule])).values()].reverse();
}

/** All rules, one a line: what correlates first, then what detects. */
export function ruleTable({ sequences, correlations, detections }: RuleSet, look: Look): string {
  const rules = [...sequences, ...correlations, ...distinct(detections)];
  const nameWidth = Math.min(40, Math.max(0, ...rules.map(({ name }) => name.length)));
  const lines = rules.map((rule) => {
    const level = `${severityLabel(rule.level, look)}${" ".repeat(Math.max(0, 13 - rule.level.length))}`;
    const kind =
      rule.kind === "detection"
        ? logsourceWords(rule.logsource)
        : rule.kind === "sequence"
          ? "sequence"
          : rule.test.type;
    return `${visible(rule.name).padEnd(nameWidth)}  ${level}  ${visible(rule.title)}  (${visible(kind)})\n`;
  });
  return lines.join("");
}

/** How many faults are named one by one. */
const NAMED = 20;

/** The rules that cannot be used, and why; empty when all can. */
export function ruleFaults({ refused, inactive }: Pick<RuleSet, "refused" | "inactive">): string {
  const faults = [...refused, ...inactive];
  const more = faults.length - NAMED;
  return (
    faults.slice(0, NAMED).map(faultLine).join("") +
    (more > 0 ? `… and ${counted(more, "more rule")} that cannot be used.\n` : "")
  );
}

/** `sigma/foo.yml:7: a_name: refused: …`; without the name where there is none. */
export function faultLine(one: {
  readonly kind: string;
  readonly place: Place;
  readonly rule: string;
  readonly reason: string;
}): string {
  const name = one.rule === "" ? "" : `${one.rule}: `;
  return `${visible(`${one.place.file}:${one.place.line}: ${name}${one.kind}: ${one.reason}`)}\n`;
}

/** A detection rule in words, with its searches as they are written. */
export function detectionWords(rule: DetectionRule, { logsource, twin, parts }: WrittenRule, look: Look): string {
  const captures = rule.capture.map((one) => `  ${one.name} from ${captureWords(one)}`);
  const lines = [
    `Looks at: ${logsourceWords(logsource)}${twin === undefined ? "" : `, and their twin in ${logsourceWords(twin)} (docs/rules.md)`}`,
    ...parts.flatMap(partLines),
    captures.length === 0 ? "Captures nothing." : "Captures:",
    ...captures,
  ];
  return inWords(rule, lines, look);
}

/** A correlation rule in words. */
export function correlationWords(rule: CorrelationRule, look: Look): string {
  return inWords(rule, rule.kind === "sequence" ? sequenceLines(rule) : standardLines(rule), look);
}

function inWords(rule: DetectionRule | CorrelationRule, body: readonly string[], look: Look): string {
  const head = [
    look.paint("bold", visible(rule.title)),
    `  ${visible(rule.name)}, ${severityLabel(rule.level, look)}, ${visible(`${rule.place.file}:${rule.place.line}`)}`,
    "",
  ];
  const description = rule.description === "" ? [] : [wrap(rule.description, look.width, "  ", "  "), ""];
  const lines = body.map((line) => {
    const indent = `  ${/^ */.exec(line)?.[0] ?? ""}`;
    return wrap(line.trimStart(), look.width, indent, `${indent}  `);
  });
  return `${[...head, ...description, ...lines].join("\n")}\n`;
}

function partLines({ filter, text, searches }: RulePart): readonly string[] {
  const head =
    filter === undefined
      ? `Condition: ${text}`
      : `and, of the filter "${filter.title}" (${filter.place.file}:${filter.place.line}): ${text}`;
  return [head, ...searches.flatMap((search) => [`  ${search.name}`, ...itemLines(search)])];
}

/** As in the rule's file, `-` begins one of several maps. */
function itemLines({ name, items }: Search): readonly string[] {
  const isList = items.some(({ beginsMap }) => beginsMap);
  return items.map(({ key, beginsMap, expected }) => {
    const own = key.slice(name.length + 1);
    const lead = beginsMap ? "- " : isList ? "  " : "";
    return `    ${lead}${own === "" ? "any value" : own}: ${listWords(expected)}`;
  });
}

function captureWords(capture: Capture): string {
  if (capture.kind === "constant") return `the constant "${capture.value}"`;
  return capture.match === undefined ? capture.field : `${capture.field}, as far as ${capture.match.source} matches`;
}

function sequenceLines(rule: SequenceRule): readonly string[] {
  return [
    `Grouped by ${rule.groupBy.join(", ")}. Steps:`,
    ...rule.steps.map((step, index) => `  ${index + 1}. ${stepWords(step)}`),
    ...(rule.until === undefined ? [] : [`Closed by ${rule.until.rules.join(", ")}`]),
    ...rule.context.map(({ name, role, rules }) => `Also looks for ${name} (${role}): ${rules.join(", ")}`),
  ];
}

function standardLines(rule: StandardRule): readonly string[] {
  const { groupBy, aliases, inner, generate } = rule;
  return [
    testWords(rule),
    groupBy.length === 0 ? "Not grouped: all computers are one group." : `Grouped by ${groupBy.join(", ")}.`,
    ...[...aliases].map(
      ([alias, of]) => `${alias} is ${[...of].map(([name, field]) => `${field} of ${name}`).join(", ")}`,
    ),
    ...(inner.size === 0 ? [] : [`Correlations of their own: ${[...inner.keys()].join(", ")}`]),
    ...(generate ? ["What it refers to reports incidents of its own as well."] : []),
  ];
}

function stepWords({ state, rules, within, count, onset }: Step): string {
  const parts = [
    `${state}: ${rules.join(" or ")}`,
    count > 1 ? `at least ${count} times` : "",
    within === undefined ? "" : `within ${spanWords(within)} of the step before`,
    onset === undefined ? "" : `clearly more often than in the ${spanWords(onset.lookback)} before it`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function logsourceWords({ product, category, service }: Logsource): string {
  return [product, category, service].filter((part) => part !== undefined).join(" / ") || "any log";
}
