import type { Detection } from "../model/detection.ts";
import type { WindowsEvent } from "../model/event.ts";
import type { Incident } from "../model/incident.ts";
import { isoFromTicks } from "../model/ticks.ts";
import { Correlator } from "../rules/correlate/correlator.ts";
import type { SequenceRule, Step } from "../rules/correlate/sequence-rule.ts";
import type { RuleSet } from "../rules/load.ts";
import { detect } from "../rules/sigma/detect.ts";
import { createMatcher } from "../rules/sigma/matcher.ts";
import { visible } from "./report/visible-text.ts";

/** Incidents that are shown, those that came furthest first. */
const SHOWN = 3;

/** Says of a sequence which events fill its steps in each incident, and which step is missing, with how many events there were for it at all. */
export async function explainSequence(
  rule: SequenceRule,
  set: RuleSet,
  events: AsyncIterable<WindowsEvent>,
): Promise<string> {
  const matcher = createMatcher(set.detections);
  const correlator = new Correlator([rule]);
  const seen = new Map<string, number>();
  for await (const event of events)
    for (const detection of detect(matcher, event)) {
      correlator.add(detection);
      seen.set(detection.rule.name, (seen.get(detection.rule.name) ?? 0) + 1);
    }
  const incidents = correlator.incidents().toSorted((a, b) => b.evidence.length - a.evidence.length);
  const lines = [
    `${rule.title}: ${incidents.length} incidents.`,
    ...(incidents.length === 0 ? stepLines(rule, undefined, seen) : []),
    ...incidents
      .slice(0, SHOWN)
      .flatMap((incident) => ["", `${incident.state}: ${incident.title}`, ...stepLines(rule, incident, seen)]),
  ];
  return `${lines.map(visible).join("\n")}\n`;
}

function stepLines(
  rule: SequenceRule,
  incident: Incident | undefined,
  seen: ReadonlyMap<string, number>,
): readonly string[] {
  const why = incident === undefined ? [] : [`  ${incident.verdict}`];
  return [...rule.steps.map((step) => stepLine(step, incident, seen)), ...why];
}

function stepLine(
  { state, rules, count }: Step,
  incident: Incident | undefined,
  seen: ReadonlyMap<string, number>,
): string {
  const filled = incident?.evidence.find(({ step, role }) => step === state && role === "step");
  const [first] = filled?.events ?? [];
  if (filled !== undefined && first !== undefined)
    return `  yes ${state}: ${filled.count} events, the first ${first.ruleName} at ${isoFromTicks(filled.first)} (${eventWords(first)})`;
  const there = rules.reduce((sum, name) => sum + (seen.get(name) ?? 0), 0);
  return `  no  ${state}: needs ${count} of ${rules.join(" or ")}; ${there} in these logs${there > 0 ? ", none that fill it here" : ""}`;
}

function eventWords({ event: { channel, recordId } }: Pick<Detection, "event">): string {
  return `${channel} record ${recordId}`;
}
