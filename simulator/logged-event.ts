import type { Ticks } from "../model/ticks.ts";
import type { EventToWrite } from "./evtx-writer/event-to-write.ts";
import type { TypedValue } from "./evtx-writer/typed-value.ts";

/** An event that happened on a host, before its log has given it a record id. */
export type LoggedEvent = Omit<EventToWrite, "recordId"> & {
  /** When the log took it in; record ids rise in this order. The event's own time unless given: around a boot the two differ. */
  readonly written?: Ticks;
};

export const SYSTEM_SID = "S-1-5-18";

export function text(value: string): TypedValue {
  return { type: "string", value };
}

export function uint32(value: number): TypedValue {
  return { type: "uint32", value };
}

/** UTF-16, as `<Binary>` of classic events holds text. */
export function utf16(value: string): Buffer {
  return Buffer.from(value, "utf16le");
}
