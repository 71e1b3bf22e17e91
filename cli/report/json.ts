import { exactIntegers } from "../../model/exact-integers.ts";
import type { LogGap } from "../../model/log-gap.ts";
import { detectionOutput, gapOutput, incidentOutput } from "../../output/records.ts";
import type { DetectionOutput, GapOutput, IncidentOutput, WithdrawnOutput } from "../../output/schema.ts";
import type { Report } from "./report.ts";
import { visible } from "./visible-text.ts";

/** One record a line, `kind` telling incidents, gaps and detections apart. `allGaps`: those that incidents refer to, where not all are to be printed. */
export async function* jsonLinesOf({
  incidents,
  gaps,
  allGaps = gaps,
  detections,
}: Report & { readonly allGaps?: readonly LogGap[] }): AsyncGenerator<string> {
  for (const incident of incidents) yield `${jsonText(incidentOutput(incident, allGaps))}\n`;
  for (const gap of gaps) yield `${jsonText(gapOutput(gap))}\n`;
  if (detections !== undefined)
    for await (const detection of detections) yield `${jsonText(detectionOutput(detection))}\n`;
}

/** One object that holds arrays: `{"incidents":[…],"gaps":[…],"detections":[…]}`; one record a line here too. */
export async function* jsonOf({ incidents, gaps, detections }: Report): AsyncGenerator<string> {
  yield '{"incidents":[';
  for (const [index, incident] of incidents.entries())
    yield `${index > 0 ? "," : ""}\n${jsonText(incidentOutput(incident, gaps))}`;
  yield '\n],"gaps":[';
  for (const [index, gap] of gaps.entries()) yield `${index > 0 ? "," : ""}\n${jsonText(gapOutput(gap))}`;
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

export function jsonText(record: IncidentOutput | GapOutput | WithdrawnOutput | DetectionOutput): string {
  return visible(JSON.stringify(record, exactIntegers));
}
