import { type Ticks, ticksFromIso } from "../../model/ticks.ts";
import { invalidField } from "./unreadable-error.ts";

/**
 * How much an event's time is to be trusted:
 *
 * - `event`: `TimeCreated`, as exact as the shipper has it
 * - `local`: the shipper wrote the source's local time without a zone; it is taken as UTC
 * - `received`: the message has no time of the event; it is when a shipper received it
 * - `none`: the message has no time at all; `time` is 0n
 */
export type Clock = "event" | "local" | "received" | "none";

export interface Moment {
  readonly time: Ticks;
  readonly clock: Clock;
}

export const NO_MOMENT: Moment = { time: 0n, clock: "none" };

/**
 * The event's own time, or where it has none that of its receipt, if that can be read.
 *
 * @throws UnreadableError when it has a time that cannot be read
 */
export function momentOf(created: string | undefined, received: string | undefined): Moment {
  if (created !== undefined && created !== "") {
    const time = ticksOf(created);
    if (time === undefined) throw invalidField("TimeCreated", "time", created);
    return { time, clock: hasZone(created) ? "event" : "local" };
  }
  const arrival = received === undefined ? undefined : ticksOf(received);
  return arrival === undefined ? NO_MOMENT : { time: arrival, clock: "received" };
}

/** ISO 8601, also with a space before the zone, as Fluent Bit writes it. */
function ticksOf(text: string): Ticks | undefined {
  if (text.length > 40) return undefined;
  const zone = text.lastIndexOf(" ");
  return ticksFromIso(zone > 10 ? text.slice(0, zone) + text.slice(zone + 1) : text);
}

function hasZone(text: string): boolean {
  return text.endsWith("Z") || /[+-]\d\d:?\d\d$/.test(text.slice(11));
}
