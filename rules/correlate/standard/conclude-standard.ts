import type { Detection } from "../../../model/detection.ts";
import { EVIDENCE_KEPT, type Evidence, type Incident, incidentId } from "../../../model/incident.ts";
import { DAY, HOUR, MINUTE, SECOND, type Ticks } from "../../../model/ticks.ts";
import { evidenceEvent } from "../evidence.ts";
import type { SeenLogs } from "../fill.ts";
import { countOf, foldedIn, type Held } from "../held.ts";
import type { Timeline } from "../timeline.ts";
import { countedSentence } from "../wording.ts";
import { detectionsOf, itemsOf } from "./items.ts";
import { fieldValue, leafFields, leavesOf } from "./leaves.ts";
import { type Run, runsOf } from "./runs.ts";
import { askedFor, type StandardRule } from "./standard-rule.ts";

/** The state of every incident of Sigma's own types. */
const STATE = "matched";

/** The incidents of one group of a rule. */
export function concludeStandard(rule: StandardRule, timeline: Timeline, seen: SeenLogs): readonly Incident[] {
  const { detections } = timeline.of(leavesOf(rule));
  const [earliest] = detections;
  if (earliest === undefined) return [];
  const group = groupOf(rule, earliest);
  return runsOf(rule, itemsOf(rule, detections, seen), seen).flatMap((run) => incidentOf(rule, group, run));
}

/** The key's values as the earliest detection writes them. */
export function groupOf(rule: StandardRule, earliest: Detection): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rule.groupBy.map((field) => [field, fieldValue(earliest, leafFields(rule, field).get(earliest.rule.name)) ?? ""]),
  );
}

function incidentOf(rule: StandardRule, group: Readonly<Record<string, string>>, run: Run): readonly Incident[] {
  const all = detectionsOf(run.members);
  const [anchor] = all;
  const last = all.at(-1);
  if (anchor === undefined || last === undefined) return [];
  const values = Object.entries(group);
  const where = values.map(([field, value]) => (field === "Computer" ? value : `${field} ${value}`)).join(", ");
  return [
    {
      id: incidentId(
        rule.id,
        values.map(([, value]) => value.toLowerCase()),
        anchor.id,
      ),
      rule: { id: rule.id, name: rule.name, title: rule.title, level: rule.level },
      group,
      state: STATE,
      severity: rule.level,
      title: where === "" ? rule.title : `${rule.title} (${where})`,
      started: anchor.event.time,
      updated: last.event.time,
      strength: "medium",
      verdict: verdictOf(rule, run, foldedIn(all)),
      onset: undefined,
      evidence: evidenceOf(rule, run),
      advice: "",
    },
  ];
}

function verdictOf({ timespan }: StandardRule, { ends }: Run, counted: number): string {
  const windows =
    ends.length === 1
      ? "a window"
      : `${counted > 0 ? "more than " : ""}${ends.length.toLocaleString("en-US")} overlapping windows`;
  const held = `The condition of the rule held in ${windows} of ${timespanText(timespan)}.`;
  return counted > 0 ? `${held} ${countedSentence(counted)}` : held;
}

/** A step for each rule where different ones must come; one of all where they are counted. */
function evidenceOf(rule: StandardRule, { members }: Run): readonly Evidence[] {
  if (rule.test.type !== "temporal" && rule.test.type !== "temporal_ordered")
    return [step(STATE, detectionsOf(members))];
  return [...askedFor(rule)]
    .sort((a, b) => a - b)
    .map((slot) => step(rule.rules[slot] ?? "", detectionsOf(members.filter((member) => member.slot === slot))))
    .filter(({ count }) => count > 0);
}

function step(name: string, detections: readonly Held[]): Evidence {
  const first = detections[0]?.event.time ?? 0n;
  const last = detections.at(-1)?.event.time ?? first;
  return {
    step: name,
    role: "step",
    count: countOf(detections),
    first,
    last,
    events: detections.slice(0, EVIDENCE_KEPT).map(evidenceEvent),
  };
}

/** As a rule writes it: `90m`. */
export function timespanText(ticks: Ticks): string {
  for (const [unit, letter] of [
    [DAY, "d"],
    [HOUR, "h"],
    [MINUTE, "m"],
  ] as const)
    if (ticks % unit === 0n) return `${ticks / unit}${letter}`;
  return `${ticks / SECOND}s`;
}
