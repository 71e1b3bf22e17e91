import { hash } from "node:crypto";
import type { EventRef } from "./event.ts";

/** 128 bits of SHA-256 over the parts, as 32 hex digits; parts are kept apart, so `["ab","c"]` and `["a","bc"]` differ. */
export function identityOf(parts: readonly string[]): string {
  return hash("sha256", JSON.stringify(parts), "hex").slice(0, 32);
}

/** The identity of an event: (Computer, Channel, Provider, EventRecordID, TimeCreated), Computer without regard to case. */
export function eventIdentity(event: EventRef): readonly string[] {
  return [event.computer.toLowerCase(), event.channel, event.provider, String(event.recordId), String(event.time)];
}
