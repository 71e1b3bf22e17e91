import type { EventRef } from "../../model/event.ts";
import { visible } from "./visible-text.ts";

/** `CAPI2 4097`: the provider without what all of Microsoft's have in common, and the event id. */
export function eventKind(event: EventRef): string {
  return visible(`${event.provider.replace(/^Microsoft-Windows-/, "")} ${event.eventId}`);
}

/** `CAPI2 4097, Application record 139034`: enough to find it in the Event Viewer. */
export function eventName(event: EventRef): string {
  return `${eventKind(event)}, ${visible(event.channel)} record ${event.recordId}`;
}

/** How much of a captured value is shown; the whole is in the JSON output. */
const VALUE_SHOWN = 80;

/**
 * What a rule captured, in words: a certificate as `"Go Daddy Class 2" (2796BAE6…)`, anything else as `Name value`; empty when nothing was.
 */
export function fieldWords(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => {
      if (name === "Subject") return `"${shorten(commonName(value))}"`;
      if (/thumbprint$/i.test(name)) return `(${visible(value.slice(0, 8))}…)`;
      return `${visible(name)} ${shorten(value)}`;
    })
    .join(" ");
}

/** The common name in a certificate's subject as CAPI2 logs it, `CN=…, OU=…`, or its last organisational unit; else the text as it is. */
function commonName(subject: string): string {
  return (
    /(?:^|, ?)CN=("[^"]+"|[^,]+)/i.exec(subject)?.[1] ?? /(?:^|, ?)OU=("[^"]+"|[^,]+)/i.exec(subject)?.[1] ?? subject
  );
}

function shorten(text: string): string {
  return visible(text.length > VALUE_SHOWN ? `${text.slice(0, VALUE_SHOWN - 1)}…` : text);
}
