import type { FollowNews } from "../../pipeline/follow.ts";
import { closedGapLines, gapLines } from "./gap-words.ts";
import { incidentTable, shortId } from "./incident-table.ts";
import { jsonLinesOf, jsonText } from "./json.ts";
import { type Look, severityLabel } from "./look.ts";
import { clock } from "./time-words.ts";
import { visible } from "./visible-text.ts";
import { worstFirst } from "./worst-first.ts";

/** What is new as JSON lines: each new or changed incident again, whole; the id of each that was taken back, gaps that have closed among them. */
export async function* jsonNewsOf({
  incidents,
  withdrawn,
  gaps,
  closedGaps,
  standing,
}: FollowNews): AsyncGenerator<string> {
  yield* jsonLinesOf({ incidents: worstFirst(incidents), gaps, allGaps: standing.gaps, detections: undefined });
  for (const id of [...withdrawn, ...closedGaps.map(({ id }) => id)]) yield `${jsonText({ kind: "withdrawn", id })}\n`;
}

/** What stands, as a table. */
export function standingText({ standing }: FollowNews, look: Look): string {
  return `${incidentTable(standing.incidents, look)}${gapLines(standing.gaps).map(line).join("")}`;
}

/** What is new, a line each: `2026-03-21 01:14:19  CRITICAL  failing  Go Daddy came back on EDGE01  (3f2a9c41)` */
export function newsText({ incidents, withdrawn, gaps, closedGaps }: FollowNews, look: Look): string {
  const lines = [
    ...incidents.map(
      (incident) =>
        `${clock(incident.updated)}  ${severityLabel(incident.severity, look)}  ${visible(incident.state)}  ${visible(incident.title)}  (${shortId(incident)})`,
    ),
    ...withdrawn.map((id) => `Withdrawn: later evidence took incident ${shortId({ id })} back.`),
    ...gapLines(gaps),
    ...closedGapLines(closedGaps),
  ];
  return lines.map(line).join("");
}

function line(text: string): string {
  return `${text}\n`;
}
