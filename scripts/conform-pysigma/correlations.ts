import { stringify } from "yaml";
import { type CorrelationCase, EVENT_FIELDS } from "../../test/conformance/random-correlations.ts";
import type { Case } from "../../test/conformance/read-cases.ts";
import type { Decision } from "../../test/reference/decisions.ts";
import { referenceIncidents } from "../../test/reference/reference.ts";
import type { Alert, Question } from "./pysigma.ts";

export function correlationQuestion({ rules, root, seenUntil, sets }: CorrelationCase): Question {
  return { rules: rules.map((rule) => stringify(rule)).join("---\n"), root, fields: EVENT_FIELDS, seenUntil, sets };
}

/** pySigma raises an alert a window: those that overlap within a group are one incident here. Each as its sorted events. */
export function joined(reply: readonly (Alert | string)[]): readonly string[] {
  const alerts = reply.filter((alert) => typeof alert !== "string");
  const groups = Map.groupBy(alerts, ({ group }) => group);
  return [...groups.values()].flatMap((alerts) => {
    const runs: { end: number; events: Set<string> }[] = [];
    for (const { start, end, events } of alerts.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
      const last = runs.at(-1);
      if (last === undefined || start > last.end) runs.push({ end, events: new Set(events) });
      else {
        last.end = Math.max(last.end, end);
        for (const event of events) last.events.add(event);
      }
    }
    return runs.map(({ events }) => [...events].sort().join(" "));
  });
}

/** What the plain reference comes to with these decisions taken as pySigma takes them: the incidents of the root, each as its sorted events. */
export function predicted(
  root: string,
  { detections, correlations, events, seenUntil }: Case,
  theirs: ReadonlySet<Decision>,
): readonly string[] {
  return referenceIncidents(detections, correlations, events, seenUntil, theirs)
    .filter(({ rule }) => rule === root)
    .map(({ events }) => events.join(" "));
}
