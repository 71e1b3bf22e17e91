import type { ShippedEvent } from "../shippers/event-fields.ts";
import type { FormatName } from "../shippers/formats.ts";
import { parseMessage } from "../shippers/parse-message.ts";
import { UnreadableError } from "../shippers/unreadable-error.ts";
import type { TextMessage } from "./text-message.ts";

/** The event that a message is, or why it is none. */
export type EventOrReason =
  | { readonly event: ShippedEvent; readonly reason?: undefined }
  | { readonly event?: undefined; readonly reason: string };

/** @param format undefined where each message shows its own */
export function eventOf({ bytes, fault }: TextMessage, format: FormatName | undefined): EventOrReason {
  if (fault !== undefined) return { reason: fault };
  try {
    return { event: parseMessage(bytes.toString("utf8"), format) };
  } catch (error) {
    if (error instanceof UnreadableError) return { reason: error.message };
    throw error;
  }
}
