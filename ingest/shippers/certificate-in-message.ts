import type { EventFields } from "./event-fields.ts";

export const CAPI2 = "Microsoft-Windows-CAPI2";
/** CAPI2's events whose message ends in `Subject: <…> Sha1 thumbprint: <…>` (DOMAIN.md A.2). */
const EVENTS = new Set(["4097", "4105", "4108", "4109"]);
const THUMBPRINT = /^[0-9A-Fa-f]{40}$/;

/**
 * Where a shipper dropped the unnamed data of these events, takes them from the rendered message, whatever its language:
 * the thumbprint is the last `<…>`, the subject is what stands between the first `<` and the last `>` before it.
 */
export function addCertificateFromMessage(fields: EventFields): void {
  const message = fields.first("Message");
  if (message === undefined || fields.first("Data") !== undefined) return;
  if (fields.first("Provider_Name") !== CAPI2 || !EVENTS.has(fields.first("EventID") ?? "")) return;
  const close = message.lastIndexOf(">");
  const thumbprint = message.slice(close - 40, close);
  const end = message.lastIndexOf(">", close - 42);
  const begin = message.indexOf("<");
  if (message[close - 41] !== "<" || !THUMBPRINT.test(thumbprint) || end === -1 || begin > end) return;
  fields.add("Data", message.slice(begin + 1, end));
  fields.add("Data", thumbprint);
}
