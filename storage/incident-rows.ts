import { z } from "zod";
import { LEVELS } from "../model/detection.ts";
import { identityOf } from "../model/identity.ts";
import type { Evidence, Incident } from "../model/incident.ts";
import { digits, EventColumns, eventColumns, eventOfColumns, textByName } from "./event-columns.ts";
import { encodeRow } from "./rows.ts";

/** An incident as two kinds of rows, before it has a version. */
export interface IncidentRows {
  readonly id: string;
  /** The hash of all that is written: equal means that nothing was concluded anew. */
  readonly content: string;
  readonly incident: object;
  readonly evidence: readonly object[];
}

export function incidentRows(incident: Incident): IncidentRows {
  const row = {
    id: incident.id,
    rule_id: incident.rule.id,
    rule_name: incident.rule.name,
    rule_title: incident.rule.title,
    level: incident.rule.level,
    group: incident.group,
    state: incident.state,
    severity: incident.severity,
    title: incident.title,
    started_ticks: incident.started,
    updated_ticks: incident.updated,
    strength: incident.strength,
    verdict: incident.verdict,
    onset: incident.onset === undefined ? [] : [incident.onset],
    steps: incident.evidence.map(({ step, role, count, first, last }) => ({ step, role, count, first, last })),
    advice: incident.advice,
  };
  const evidence = incident.evidence.flatMap(evidenceRows);
  return { id: incident.id, content: identityOf([encodeRow({ row, evidence })]), incident: row, evidence };
}

function evidenceRows({ step, role, events }: Evidence, stepNumber: number): object[] {
  return events.map((item, eventNumber) => ({
    step_number: stepNumber,
    event_number: eventNumber,
    step,
    role,
    detection_id: item.detectionId,
    rule_name: item.ruleName,
    rule_title: item.ruleTitle,
    ...eventColumns(item.event),
    fields: item.fields,
  }));
}

const number = z.union([z.number(), digits.transform(Number)]);

export const IncidentRow = z.object({
  id: z.string(),
  version: z.number(),
  withdrawn: z.boolean(),
  rule_id: z.string(),
  rule_name: z.string(),
  rule_title: z.string(),
  level: z.enum(LEVELS),
  group: textByName,
  state: z.string(),
  severity: z.enum(LEVELS),
  title: z.string(),
  started_ticks: digits,
  updated_ticks: digits,
  strength: z.enum(["strong", "medium", "weak"]),
  verdict: z.string(),
  onset: z
    .array(
      z.object({
        before: number,
        beforeSpan: digits,
        after: number,
        afterSpan: digits,
        rose: z.boolean(),
        reason: z.string(),
      }),
    )
    .max(1),
  steps: z.array(
    z.object({
      step: z.string(),
      role: z.enum(["step", "context", "counter"]),
      count: number,
      first: digits,
      last: digits,
    }),
  ),
  advice: z.string(),
});

export const EvidenceRow = EventColumns.extend({
  incident_id: z.string(),
  step_number: z.number(),
  detection_id: z.string(),
  rule_name: z.string(),
  rule_title: z.string(),
  fields: textByName,
});

/** `evidence`: this incident's rows in order of step and event. */
export function incidentOfRows(
  row: z.output<typeof IncidentRow>,
  evidence: readonly z.output<typeof EvidenceRow>[],
): Incident {
  return {
    id: row.id,
    rule: { id: row.rule_id, name: row.rule_name, title: row.rule_title, level: row.level },
    group: row.group,
    state: row.state,
    severity: row.severity,
    title: row.title,
    started: row.started_ticks,
    updated: row.updated_ticks,
    strength: row.strength,
    verdict: row.verdict,
    onset: row.onset[0],
    evidence: row.steps.map((step, stepNumber) => ({
      ...step,
      events: evidence
        .filter((item) => item.step_number === stepNumber)
        .map((item) => ({
          detectionId: item.detection_id,
          ruleName: item.rule_name,
          ruleTitle: item.rule_title,
          event: eventOfColumns(item),
          fields: item.fields,
        })),
    })),
    advice: row.advice,
  };
}
