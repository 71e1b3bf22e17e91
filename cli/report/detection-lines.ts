import type { Detection } from "../../model/detection.ts";
import { eventName } from "./event-words.ts";
import { type Look, severityLabel } from "./look.ts";
import { clock } from "./time-words.ts";
import { visible } from "./visible-text.ts";

/** One line a detection, in the order they come: when, where, what, and the event that says so. */
export async function* detectionLines(detections: AsyncIterable<Detection>, look: Look): AsyncGenerator<string> {
  for await (const { rule, event } of detections)
    yield `${clock(event.time)}  ${severityLabel(rule.level, look)}  ${visible(event.computer)}  ${visible(rule.title)}  (${eventName(event)})\n`;
}
