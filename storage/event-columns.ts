import { z } from "zod";
import type { EventRef } from "../model/event.ts";

/** ClickHouse gives integers of 64 bits and more as strings of digits; see `openStore`. */
export const digits = z.string().transform((text) => BigInt(text));

/** Text by name, as the object that JSON.parse made: zod's record would leave out what is called `__proto__`, as a field of a hostile log may be. */
export const textByName = z.custom<Readonly<Record<string, string>>>(
  (value) =>
    typeof value === "object" && value !== null && Object.values(value).every((text) => typeof text === "string"),
);

/** The columns by which every table names an event, called as Windows calls them. */
export const EventColumns = z.object({
  Computer: z.string(),
  Channel: z.string(),
  Provider: z.string(),
  EventID: z.number(),
  EventRecordID: digits,
  TimeCreatedTicks: digits,
});

/** Numbers that no Windows event can have, but hostile text can, are held at what the columns can hold. */
export function eventColumns(event: EventRef): z.input<typeof EventColumns> {
  return {
    Computer: event.computer,
    Channel: event.channel,
    Provider: event.provider,
    EventID: Math.min(event.eventId, 0xffff_ffff),
    EventRecordID: String(event.recordId > MAX_UINT64 ? MAX_UINT64 : event.recordId),
    TimeCreatedTicks: String(event.time),
  };
}

export function eventOfColumns(row: z.output<typeof EventColumns>): EventRef {
  return {
    computer: row.Computer,
    channel: row.Channel,
    provider: row.Provider,
    eventId: row.EventID,
    recordId: row.EventRecordID,
    time: row.TimeCreatedTicks,
  };
}

const MAX_UINT64 = 2n ** 64n - 1n;
