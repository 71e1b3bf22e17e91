import { stringify } from "csv-stringify/sync";
import type { Detection } from "../../model/detection.ts";
import type { Incident } from "../../model/incident.ts";
import { isoFromTicks } from "../../model/ticks.ts";
import type { Report } from "./report.ts";
import { visible } from "./visible-text.ts";

const INCIDENT_COLUMNS = [
  "id",
  "severity",
  "state",
  "title",
  "group",
  "rule",
  "started",
  "updated",
  "strength",
  "verdict",
  "advice",
];

const DETECTION_COLUMNS = [
  "id",
  "level",
  "rule",
  "title",
  "Computer",
  "Channel",
  "Provider",
  "EventID",
  "EventRecordID",
  "TimeCreated",
  "fields",
];

/** Detections where they were asked for, else incidents: one table has one kind of rows. */
export async function* csvOf({ incidents, detections }: Report): AsyncGenerator<string> {
  yield line(detections === undefined ? INCIDENT_COLUMNS : DETECTION_COLUMNS);
  if (detections === undefined) for (const incident of incidents) yield line(incidentCells(incident));
  else for await (const detection of detections) yield line(detectionCells(detection));
}

function incidentCells(incident: Incident): readonly string[] {
  return [
    incident.id,
    incident.severity,
    incident.state,
    incident.title,
    pairs(incident.group),
    incident.rule.name,
    isoFromTicks(incident.started),
    isoFromTicks(incident.updated),
    incident.strength,
    incident.verdict,
    incident.advice,
  ];
}

function detectionCells({ id, rule, event, fields }: Detection): readonly string[] {
  return [
    id,
    rule.level,
    rule.name,
    rule.title,
    event.computer,
    event.channel,
    event.provider,
    String(event.eventId),
    String(event.recordId),
    isoFromTicks(event.time),
    pairs(fields),
  ];
}

function pairs(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
}

function line(cells: readonly string[]): string {
  return stringify([cells.map(safeCell)]);
}

/** A spreadsheet takes a cell that begins so for a formula and would run what an attacker wrote into a log; the apostrophe makes it text. */
function safeCell(text: string): string {
  return visible(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
}
