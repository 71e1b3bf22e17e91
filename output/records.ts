import type { Detection } from "../model/detection.ts";
import type { EventRef } from "../model/event.ts";
import type { Evidence, Incident, Onset } from "../model/incident.ts";
import { gapsTouching, type LogGap } from "../model/log-gap.ts";
import { isoFromTicks, SECOND } from "../model/ticks.ts";
import type { DetectionOutput, GapOutput, IncidentOutput } from "./schema.ts";

export function incidentOutput(incident: Incident, gaps: readonly LogGap[]): IncidentOutput {
  return {
    kind: "incident",
    id: incident.id,
    rule: incident.rule,
    group: incident.group,
    state: incident.state,
    severity: incident.severity,
    title: incident.title,
    started: isoFromTicks(incident.started),
    updated: isoFromTicks(incident.updated),
    strength: incident.strength,
    verdict: incident.verdict,
    onset: incident.onset === undefined ? null : onsetOutput(incident.onset),
    evidence: incident.evidence.map(evidenceOutput),
    gaps: gapsTouching(incident, gaps).map(({ id }) => id),
    advice: incident.advice,
  };
}

export function gapOutput({ id, kind, computer, channel, from, to, missing, recordId }: LogGap): GapOutput {
  return {
    kind: "gap",
    id,
    cause: kind,
    Computer: computer,
    Channel: channel,
    from: from === 0n ? null : isoFromTicks(from),
    to: isoFromTicks(to),
    missing: missing === 0n ? null : missing,
    EventRecordID: recordId,
  };
}

export function detectionOutput({ id, rule, event, fields }: Detection): DetectionOutput {
  return { kind: "detection", id, rule: { ...rule }, event: eventOutput(event), fields };
}

function evidenceOutput({ step, role, count, first, last, events }: Evidence): IncidentOutput["evidence"][number] {
  return {
    step,
    role,
    count,
    first: isoFromTicks(first),
    last: isoFromTicks(last),
    events: events.map(({ ruleName, event, fields }) => ({ rule: ruleName, event: eventOutput(event), fields })),
  };
}

function onsetOutput({ before, beforeSpan, after, afterSpan, rose, reason }: Onset): IncidentOutput["onset"] {
  return { before, beforeSeconds: seconds(beforeSpan), after, afterSeconds: seconds(afterSpan), rose, reason };
}

export function eventOutput(event: EventRef): DetectionOutput["event"] {
  return {
    Computer: event.computer,
    Channel: event.channel,
    Provider: event.provider,
    EventID: event.eventId,
    EventRecordID: event.recordId,
    TimeCreated: isoFromTicks(event.time),
  };
}

function seconds(span: bigint): number {
  return Number(span) / Number(SECOND);
}
