import { type Detection, detectionId } from "../../model/detection.ts";
import { eventRef, readAll, type WindowsEvent } from "../../model/event.ts";
import type { Matcher } from "./matcher.ts";
import { groupsIn } from "./regular-expression.ts";
import type { Capture, DetectionRule, RegularExpression } from "./rule.ts";

/** The detections of one event: one a rule that matches it, each with what the rule captures. */
export function detect(matcher: Matcher, event: WindowsEvent): readonly Detection[] {
  const rules = matcher.match(event);
  if (rules.length === 0) return [];
  const ref = eventRef(event);
  return rules.map((rule) => ({
    id: detectionId(rule.id, ref),
    rule: { id: rule.id, name: rule.name, title: rule.title, level: rule.level },
    event: ref,
    fields: capturedFields(rule, event),
  }));
}

/** Characters of a captured value; what is longer is cut. Detections and incidents are passed on, and stay small whatever an event says. */
const MAX_CAPTURED = 1024;

/** An empty text is no value: it would group and count what has nothing in common. */
function capturedFields(rule: DetectionRule, event: WindowsEvent): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  for (const capture of rule.capture) {
    if (fields.has(capture.name)) continue;
    const value = capturedValue(capture, event);
    if (value !== undefined && value !== "")
      fields.set(capture.name, value.length > MAX_CAPTURED ? value.slice(0, MAX_CAPTURED).toWellFormed() : value);
  }
  return Object.fromEntries(fields);
}

function capturedValue(capture: Capture, event: WindowsEvent): string | undefined {
  if (capture.kind === "constant") return capture.value;
  const field = event.shape.field(capture.field);
  const values = field === undefined ? [] : readAll(event, field);
  const { match, take } = capture;
  const found = (take === "first" ? values : values.toReversed()).map((value) =>
    match === undefined ? value : firstGroup(match, value),
  );
  return found.find((value) => value !== undefined && value !== "");
}

function firstGroup(expression: RegularExpression, text: string): string | undefined {
  return groupsIn(expression, text)?.find((group, at) => at > 0 && group !== undefined);
}
