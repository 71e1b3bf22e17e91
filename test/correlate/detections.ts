import { type Detection, detectionId } from "../../model/detection.ts";
import type { EventRef } from "../../model/event.ts";
import { HOUR, type Ticks, ticksFromIso } from "../../model/ticks.ts";

export const BEGIN: Ticks = ticksFromIso("2026-03-01T00:00:00Z") ?? 0n;

/** A time, in hours from `BEGIN`. */
export function at(hours: number): Ticks {
  return BEGIN + BigInt(Math.round(hours * 3_600_000)) * (HOUR / 3_600_000n);
}

/** A detection of the rule with this name, so many hours from `BEGIN`; `Computer`, `Channel` and `Record` are of its event: EDGE01 and System unless given. */
export function detection(rule: string, hours: number, fields: Readonly<Record<string, string>> = {}): Detection {
  const { Computer = "EDGE01", Channel = "System", Record, ...captured } = fields;
  const time = at(hours);
  const event: EventRef = {
    computer: Computer,
    channel: Channel,
    provider: "P",
    eventId: 1,
    recordId: Record === undefined ? time / 10_000_000n : BigInt(Record),
    time,
  };
  return {
    id: detectionId(rule, event),
    rule: { id: rule, name: rule, title: rule, level: "low" },
    event,
    fields: captured,
  };
}
