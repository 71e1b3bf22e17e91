import type { CorrelationRule } from "../../rules/correlate/correlation-rule.ts";
import type { SequenceRule, Step } from "../../rules/correlate/sequence-rule.ts";
import { timespanText } from "../../rules/correlate/standard/conclude-standard.ts";
import type { StandardRule } from "../../rules/correlate/standard/standard-rule.ts";
import type { RuleSet } from "../../rules/load.ts";
import type { Capture, DetectionRule, Logsource } from "../../rules/sigma/rule.ts";
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
  const lines = faults
    .slice(0, NAMED)
    .map(({ kind, place, rule, reason }) => `${visible(`${place.file}:${place.line}: ${rule}: ${kind}: ${reason}`)}\n`);
  const more = faults.length - lines.length;
  return lines.join("") + (more > 0 ? `… and ${more.toLocaleString("en-US")} more rules that cannot be used.\n` : "");
}

/** One rule in words. */
export function ruleWords(rule: DetectionRule | CorrelationRule, look: Look): string {
  const head = [
    look.paint("bold", visible(rule.title)),
    `  ${visible(rule.name)}, ${severityLabel(rule.level, look)}, ${visible(`${rule.place.file}:${rule.place.line}`)}`,
    "",
  ];
  const description = rule.description === "" ? [] : [wrap(rule.description, look.width, "  ", "  "), ""];
  const body =
    rule.kind === "sequence"
      ? sequenceLines(rule)
      : rule.kind === "standard"
        ? standardLines(rule)
        : detectionLines(rule);
  return `${[...head, ...description, ...body.map((line) => wrap(line, look.width, "  ", "    "))].join("\n")}\n`;
}

function detectionLines({ logsource, capture }: DetectionRule): readonly string[] {
  const captures = capture.map((one) => `  ${one.name} from ${captureWords(one)}`);
  return [
    `Looks at: ${logsourceWords(logsource)}`,
    captures.length === 0 ? "Captures nothing." : "Captures:",
    ...captures,
  ];
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

function standardLines({ test, rules, groupBy, timespan }: StandardRule): readonly string[] {
  return [
    `${test.type} of ${rules.join(", ")} within ${timespanText(timespan)}`,
    groupBy.length === 0 ? "Not grouped: all computers are one group." : `Grouped by ${groupBy.join(", ")}.`,
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
