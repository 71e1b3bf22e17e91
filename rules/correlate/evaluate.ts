import type { Detection } from "../../model/detection.ts";
import type { Incident } from "../../model/incident.ts";
import { conclude } from "./conclude.ts";
import { splitEpisodes } from "./episodes.ts";
import { type FillContext, fillSteps, type SeenLogs } from "./fill.ts";
import { type Grouping, groupNames, rulesUsedBy } from "./grouping.ts";
import { Kinds } from "./kinds.ts";
import type { SequenceRule, Step } from "./sequence-rule.ts";
import { concludeStandard } from "./standard/conclude-standard.ts";
import { Timeline } from "./timeline.ts";

/** The incidents of one group: what its rules conclude from all of its detections. */
export function evaluateGroup(
  { fields, rules }: Grouping,
  detections: readonly Detection[],
  seen: SeenLogs,
): readonly Incident[] {
  const timeline = new Timeline(detections);
  const claims = new Map<string, Set<string>>();
  return rules.flatMap((rule) => {
    if (rule.kind === "standard") return concludeStandard(rule, timeline, seen);
    const claimed = new Set<string>();
    claims.set(rule.name, claimed);
    const foreign = rule.inhibitedBy.map((name) => claims.get(name)).filter((set) => set !== undefined);
    const isClaimed = ({ id }: Detection) => claimed.has(id) || foreign.some((set) => set.has(id));
    const group = groupNames(fields, timeline.of(rulesUsedBy(rule)).detections[0]);
    const incidents: Incident[] = [];
    const context = fillContext(timeline, seen, isClaimed);
    for (const episode of splitEpisodes(rule, timeline)) {
      const filled = fillSteps(rule, episode, context);
      for (const { id } of outageOf(rule, filled.fills)) claimed.add(id);
      const incident = conclude(rule, group, timeline, episode, filled);
      if (incident !== undefined) incidents.push(incident);
    }
    return incidents;
  });
}

/** What fills the last step, counted, is this episode's alone: one outage is one incident. */
function outageOf(rule: SequenceRule, fills: ReturnType<typeof fillSteps>["fills"]): readonly Detection[] {
  return fills.length === rule.steps.length && fills.length > 1 ? (fills.at(-1)?.detections ?? []) : [];
}

function fillContext(timeline: Timeline, seen: SeenLogs, isClaimed: FillContext["isClaimed"]): FillContext {
  const kinds = new Map<Step, Kinds>();
  return {
    ...seen,
    isClaimed,
    detectionsOf: (step) => timeline.of(step.rules),
    kindsOf: (step) => {
      const known =
        kinds.get(step) ?? new Kinds(timeline.of(step.rules), step.onset?.by ?? [], step.onset?.cluster ?? 0n);
      kinds.set(step, known);
      return known;
    },
  };
}
