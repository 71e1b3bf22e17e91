import type { Detection } from "../../model/detection.ts";
import type { Incident } from "../../model/incident.ts";
import type { LogGap } from "../../model/log-gap.ts";
import { csvOf } from "./csv.ts";
import { detectionLines } from "./detection-lines.ts";
import type { Format } from "./format.ts";
import { gapLines } from "./gap-words.ts";
import { incidentTable } from "./incident-table.ts";
import { jsonLinesOf, jsonOf } from "./json.ts";
import type { Look } from "./look.ts";

/** What is printed: incidents, worst first, what is missing in the logs, and the detections where they were asked for. */
export interface Report {
  readonly incidents: readonly Incident[];
  readonly gaps: readonly LogGap[];
  readonly detections: AsyncIterable<Detection> | undefined;
}

/** The report as text, piece by piece, so that any number of detections can be written. */
export function formatReport(report: Report, format: Format, look: Look): AsyncIterable<string> {
  switch (format) {
    case "table":
      return tableOf(report, look);
    case "json":
      return jsonOf(report);
    case "jsonl":
      return jsonLinesOf(report);
    case "csv":
      return csvOf(report);
  }
}

async function* tableOf({ incidents, gaps, detections }: Report, look: Look): AsyncGenerator<string> {
  yield incidentTable(incidents, look);
  for (const line of gapLines(gaps)) yield `${line}\n`;
  if (detections !== undefined) yield* detectionLines(detections, look);
}
