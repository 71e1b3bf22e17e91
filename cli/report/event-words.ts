import type { EventRef } from "../../model/event.ts";
import type { EvidenceEvent } from "../../model/incident.ts";
import { visible } from "./visible-text.ts";

/** The kinds of events, each once: `CAPI2 4097, 4109; Schannel 36887`. */
export function eventKinds(events: readonly EventRef[]): string {
  const byProvider = Map.groupBy(events, ({ provider }) => provider);
  const kinds = [...byProvider].map(([provider, theirs]) => {
    const ids = [...new Set(theirs.map(({ eventId }) => eventId))].sort((a, b) => a - b);
    return `${providerName(provider)} ${ids.join(", ")}`;
  });
  return kinds.join("; ");
}

/** The provider without what all of Microsoft's have in common. */
function providerName(provider: string): string {
  return visible(provider.replace(/^Microsoft-Windows-/, ""));
}

/** `CAPI2 4097, Application record 139034`: enough to find it in the Event Viewer. */
export function eventName(event: EventRef): string {
  return `${providerName(event.provider)} ${event.eventId}, ${visible(event.channel)} record ${event.recordId}`;
}

/** How much of a captured value is shown; the whole is in the JSON output. */
const VALUE_SHOWN = 80;

/**
 * What happened, in the words that the rule captured: a certificate by `Name` and `Thumbprint` with what was done to it in `How`; else `What`;
 * else the rule's title, with the captured values beside it.
 */
export function eventSentence({ ruleTitle, fields }: EvidenceEvent): string {
  const { Name, Subject, Thumbprint, How, What, Change, Direction, ...others } = fields;
  const name = Name ?? Subject;
  const certificate = [
    name === undefined ? "" : `"${shorten(name)}"`,
    Thumbprint === undefined ? "" : `(${visible(Thumbprint.slice(0, 8))}…)`,
  ].filter((part) => part !== "");
  const details = Object.entries(others).map(([field, value]) => `${visible(field)} ${shorten(value)}`);
  if (How !== undefined && certificate.length > 0) return `root ${certificate.join(" ")} ${visible(How)}`;
  const said = [certificate.join(" "), ...details].filter((part) => part !== "").join(", ");
  return `${visible(What ?? ruleTitle)}${said === "" ? "" : `: ${said}`}`;
}

function shorten(text: string): string {
  return visible(text.length > VALUE_SHOWN ? `${text.slice(0, VALUE_SHOWN - 1)}…` : text);
}
