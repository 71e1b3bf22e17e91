import { exactIntegers } from "../../model/exact-integers.ts";
import { detectionOutput, incidentOutput } from "./output-records.ts";
import type { DetectionOutput, IncidentOutput } from "./output-schema.ts";
import type { Report } from "./report.ts";
import { visible } from "./visible-text.ts";

/** One record a line, `kind` telling incidents from detections. */
export async function* jsonLinesOf({ incidents, detections }: Report): AsyncGenerator<string> {
  for (const incident of incidents) yield `${jsonText(incidentOutput(incident))}\n`;
  if (detections !== undefined)
    for await (const detection of detections) yield `${jsonText(detectionOutput(detection))}\n`;
}

/** One object that holds arrays: `{"incidents":[…],"detections":[…]}`; one record a line here too. */
export async function* jsonOf({ incidents, detections }: Report): AsyncGenerator<string> {
  yield '{"incidents":[';
  for (const [index, incident] of incidents.entries())
    yield `${index > 0 ? "," : ""}\n${jsonText(incidentOutput(incident))}`;
  yield "\n]";
  if (detections !== undefined) {
    let comma = "";
    yield ',"detections":[';
    for await (const detection of detections) {
      yield `${comma}\n${jsonText(detectionOutput(detection))}`;
      comma = ",";
    }
    yield "\n]";
  }
  yield "}\n";
}

function jsonText(record: IncidentOutput | DetectionOutput): string {
  return visible(JSON.stringify(record, exactIntegers));
}
