import { isoFromTicks } from "../../model/ticks.ts";
import type { EventPayload } from "../../simulator/evtx-writer/event-to-write.ts";
import type { TypedValue } from "../../simulator/evtx-writer/typed-value.ts";

/** A value as newer Windows prints it in an event's XML: times have nine digits of fraction. */
export function windowsText(value: TypedValue): string {
  switch (value.type) {
    case "null":
      return "";
    case "filetime":
      return isoFromTicks(value.value).replace("Z", "00Z");
    case "hex64":
    case "hex32":
      return `0x${value.value.toString(16)}`;
    default:
      return String(value.value);
  }
}

/** The named event data, in order. */
export function namedData(data: EventPayload): readonly (readonly [string, string])[] {
  return data.kind === "named" ? data.fields.map(([name, value]) => [name, windowsText(value)]) : [];
}

export function unnamedData(data: EventPayload): readonly string[] {
  return data.kind === "unnamed" ? data.strings : [];
}

/** `<Binary>` in hex; undefined where the event has none. */
export function binaryData(data: EventPayload): string | undefined {
  if (data.kind === "userData" || data.binary === undefined) return undefined;
  return Buffer.from(data.binary).toString("hex").toUpperCase();
}
