import { stringify } from "yaml";
import { type CorrelationCase, EVENT_FIELDS } from "../../test/conformance/random-correlations.ts";
import type { Case } from "../../test/conformance/read-cases.ts";
import type { PlainCorrelation } from "../../test/reference/correlation.ts";
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

/** Kinds of disagreement that are decisions (docs/correlation.md, "Where pySigma differs"); the first that a case can show is named. */
const CAUSES: readonly { readonly cause: string; readonly shows: (root: PlainCorrelation, one: Case) => boolean }[] = [
  { cause: "an incident of an inner correlation", shows: (_, { correlations }) => correlations.length > 1 },
  {
    cause: "eq is a range of one number",
    shows: ({ condition }) => typeof condition === "object" && "eq" in condition,
  },
  { cause: "an upper bound looks ahead", shows: ({ condition }) => hasUpperBound(condition) },
  {
    cause: "each branch of an or looks for itself",
    shows: ({ condition }) => typeof condition === "string" && / or /.test(condition),
  },
  {
    cause: "an event without the value is no part of it",
    shows: ({ fields }, { events }) =>
      events.some((event) => fields.some((field) => !hasValue(field, event.fields[field]))),
  },
  {
    cause: "letters beyond ASCII have a case",
    shows: ({ groupBy, fields }, { events }) =>
      [...groupBy, ...fields].some((field) => events.some((event) => /\P{ASCII}/u.test(event.fields[field] ?? ""))),
  },
  {
    cause: "an empty text is no key",
    shows: ({ groupBy }, { events }) => groupBy.some((field) => events.some((event) => event.fields[field] === "")),
  },
  {
    cause: "an event that two rules match is two detections",
    shows: ({ rules, type }) =>
      rules.includes("a") && rules.includes("also_a") && (type === "event_count" || type.startsWith("value_")),
  },
  {
    cause: "equal times are in order either way, or by record number",
    shows: ({ type }, { events }) =>
      type === "temporal_ordered" && new Set(events.map(({ time }) => time)).size < events.length,
  },
  { cause: "all chains are evidence", shows: ({ type }) => type === "temporal_ordered" },
];

/** Why pySigma may come to something else; undefined where it should not. */
export function causeOf(root: string, one: Case): string | undefined {
  const rule = one.correlations.find(({ name }) => name === root);
  if (rule === undefined) return undefined;
  const resolved = { ...rule, groupBy: withAliases(rule, rule.groupBy), fields: withAliases(rule, rule.fields) };
  return CAUSES.find(({ shows }) => shows(resolved, one))?.cause;
}

/** The fields that these stand for. */
function withAliases({ aliases }: PlainCorrelation, fields: readonly string[]): readonly string[] {
  return fields.flatMap((field) => [field, ...Object.values(aliases[field] ?? {})]);
}

function hasUpperBound(condition: PlainCorrelation["condition"]): boolean {
  return typeof condition === "object" && ["lt", "lte", "eq", "neq"].some((operator) => operator in condition);
}

function hasValue(field: string, value: string | undefined): boolean {
  return value !== undefined && value !== "" && (field !== "Bytes" || /^-?[\d.]+$/.test(value));
}
