import { z } from "zod";
import type { Detection } from "../model/detection.ts";
import { type Ticks, ticksFromIso } from "../model/ticks.ts";
import { DetectionOutput, IncidentOutput, WithdrawnOutput } from "./schema.ts";

/**
 * Reads back what `detectionOutput` wrote as JSON, every integer with all of its digits.
 * @throws when it is none
 */
export function readDetection(json: string): Detection {
  const { id, rule, event, fields } = DetectionOutput.parse(JSON.parse(json, exactRecordId));
  return {
    id,
    rule,
    event: {
      computer: event.Computer,
      channel: event.Channel,
      provider: event.Provider,
      eventId: event.EventID,
      recordId: event.EventRecordID,
      time: ticksOf(event.TimeCreated),
    },
    fields,
  };
}

/**
 * Reads an incident, or that one is withdrawn.
 * @throws when it is neither
 */
export function readIncident(json: string): IncidentOutput | WithdrawnOutput {
  return z.union([IncidentOutput, WithdrawnOutput]).parse(JSON.parse(json, exactRecordId));
}

function exactRecordId(key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return key === "EventRecordID" && typeof value === "number" && context?.source !== undefined
    ? BigInt(context.source)
    : value;
}

/** As `isoFromTicks` writes it. */
function ticksOf(text: string): Ticks {
  const [, filetime] = /^FILETIME (-?\d{1,39})$/.exec(text) ?? [];
  const ticks = filetime === undefined ? ticksFromIso(text) : BigInt(filetime);
  if (ticks === undefined) throw new Error(`"${text}" is no time.`);
  return ticks;
}
