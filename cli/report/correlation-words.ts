import { exactIntegers } from "../../model/exact-integers.ts";
import type { Evidence, Incident } from "../../model/incident.ts";
import { isoFromTicks } from "../../model/ticks.ts";
import { incidentOutput } from "../../output/records.ts";
import type { SequenceRule, Step } from "../../rules/correlate/sequence-rule.ts";
import type { FullestWindow } from "../../rules/correlate/standard/fullest-window.ts";
import { leavesOf } from "../../rules/correlate/standard/leaves.ts";
import type { StandardRule } from "../../rules/correlate/standard/standard-rule.ts";
import { testWords } from "../../rules/correlate/standard/wording.ts";
import type { CorrelationExplanation } from "../explain-correlation.ts";
import { counted } from "./count-words.ts";
import { visible } from "./visible-text.ts";

/** Incidents that are shown. */
const SHOWN = 3;

/** Which events fill the steps of each incident, and what is missing where there is none. */
export function correlationText({ rule, incidents, seen, fullest }: CorrelationExplanation): string {
  const bodyOf = (incident: Incident | undefined) =>
    rule.kind === "sequence" ? sequenceLines(rule, incident, seen) : standardLines(rule, incident, seen, fullest);
  const lines = [
    `${rule.title}: ${counted(incidents.length, "incident")}.`,
    ...(incidents.length === 0 ? bodyOf(undefined) : []),
    ...incidents
      .slice(0, SHOWN)
      .flatMap((incident) => [
        "",
        `${incident.state}: ${incident.title}`,
        ...bodyOf(incident),
        `  ${incident.verdict}`,
      ]),
  ];
  return `${lines.map(visible).join("\n")}\n`;
}

/** One object; incidents as in schema/output.schema.json. */
export function correlationJson({ rule, incidents, seen, fullest }: CorrelationExplanation): string {
  const { id, name, title, level } = rule;
  const nearest =
    fullest === undefined ? null : { ...fullest, from: isoFromTicks(fullest.from), to: isoFromTicks(fullest.to) };
  const output = {
    rule: { id, name, title, level },
    incidents: incidents.map((incident) => incidentOutput(incident, [])),
    matched: Object.fromEntries(seen),
    nearest,
  };
  return `${visible(JSON.stringify(output, exactIntegers))}\n`;
}

type Seen = CorrelationExplanation["seen"];

function sequenceLines(rule: SequenceRule, incident: Incident | undefined, seen: Seen): readonly string[] {
  return rule.steps.map((step) => stepLine(step, incident, seen));
}

function stepLine({ state, rules, count }: Step, incident: Incident | undefined, seen: Seen): string {
  const filled = incident?.evidence.find(({ step, role }) => step === state && role === "step");
  if (filled !== undefined) return `  yes ${state}: ${filledWords(filled)}`;
  const there = rules.reduce((sum, name) => sum + (seen.get(name) ?? 0), 0);
  return `  no  ${state}: needs ${count} of ${rules.join(" or ")}; ${there.toLocaleString("en-US")} in these logs${there > 0 ? ", none that fill it here" : ""}`;
}

function standardLines(
  rule: StandardRule,
  incident: Incident | undefined,
  seen: Seen,
  fullest: FullestWindow | undefined,
): readonly string[] {
  if (incident !== undefined) return incident.evidence.map((one) => `  yes ${one.step}: ${filledWords(one)}`);
  const grouped = rule.groupBy.length === 0 ? "" : `, by ${rule.groupBy.join(", ")}`;
  return [
    `  no  ${testWords(rule)}${grouped}`,
    ...leavesOf(rule).map((name) => `      ${name}: ${counted(seen.get(name) ?? 0, "event")} in these logs`),
    ...(fullest === undefined
      ? ["      no event takes part in any group"]
      : [`      nearest: ${nearestWords(rule, fullest)}`]),
  ];
}

function nearestWords({ test, rules }: StandardRule, { group, count, rules: there, from, to }: FullestWindow): string {
  const where = Object.entries(group).map(([field, value]) => `${field} ${value}`);
  const missing = rules.filter((name) => !there.includes(name));
  const what =
    test.type === "temporal" || test.type === "temporal_ordered"
      ? `${there.join(", ")}${missing.length === 0 ? "" : ` and not ${missing.join(", ")}`}`
      : counted(count, test.type === "value_count" ? "value" : "event");
  return `${where.length === 0 ? "" : `${where.join(", ")}: `}${what} from ${isoFromTicks(from)} to ${isoFromTicks(to)}`;
}

function filledWords({ count, first, events: [event] }: Evidence): string {
  const which = event === undefined ? "" : ` ${event.ruleName} (${event.event.channel} record ${event.event.recordId})`;
  return `${counted(count, "event")}, the first${which} at ${isoFromTicks(first)}`;
}
