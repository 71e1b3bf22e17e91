import type { EventFields } from "./event-fields.ts";
import { filledText, isList, type JsonValue } from "./json.ts";
import { momentOf } from "./moment.ts";
import { invalidField } from "./unreadable-error.ts";

type Value = JsonValue | undefined;

/** What a shipper has of `<System>`, wherever it keeps it. Empty text is what the event has not. */
export interface System {
  readonly provider: Value;
  readonly guid?: Value;
  readonly sourceName?: Value;
  readonly qualifiers?: Value;
  readonly eventId: Value;
  readonly version?: Value;
  readonly level?: Value;
  readonly task?: Value;
  readonly opcode?: Value;
  readonly keywords?: Value;
  readonly created: Value;
  /** When a shipper received it: stands in for a time that is missing. */
  readonly received?: Value;
  readonly recordId: Value;
  readonly activityId?: Value;
  readonly relatedActivityId?: Value;
  readonly processId?: Value;
  readonly threadId?: Value;
  readonly channel: Value;
  readonly computer: Value;
  /** A SID; the name of an account is none. */
  readonly userId?: Value;
}

/** Adds the fields of `<System>` in the order in which Windows writes them. */
export function addSystem(fields: EventFields, system: System): void {
  fields.add("Provider_Name", filledText(system.provider));
  fields.add("Provider_Guid", inBraces(filledText(system.guid)));
  fields.add("Provider_EventSourceName", filledText(system.sourceName));
  fields.add("EventID_Qualifiers", filledText(system.qualifiers));
  fields.add("EventID", filledText(system.eventId));
  fields.add("Version", filledText(system.version));
  fields.add("Level", filledText(system.level));
  fields.add("Task", filledText(system.task));
  fields.add("Opcode", filledText(system.opcode));
  fields.add("Keywords", keywordsText(filledText(system.keywords)));
  fields.setMoment(momentOf(scalarText("TimeCreated", system.created), filledText(system.received)));
  fields.add("EventRecordID", scalarText("EventRecordID", system.recordId));
  fields.add("Correlation_ActivityID", inBraces(filledText(system.activityId)));
  fields.add("Correlation_RelatedActivityID", inBraces(filledText(system.relatedActivityId)));
  fields.add("Execution_ProcessID", filledText(system.processId));
  fields.add("Execution_ThreadID", filledText(system.threadId));
  fields.add("Channel", filledText(system.channel));
  fields.add("Computer", filledText(system.computer));
  const user = filledText(system.userId);
  fields.add("Security_UserID", user?.startsWith("S-") ? user : undefined);
}

/** As `filledText`, of what tells one event from another: a list or an object is not taken for absent. */
function scalarText(name: string, value: Value): string | undefined {
  if (typeof value !== "object" || value === null) return filledText(value);
  throw invalidField(name, "single value", isList(value) ? "[…]" : "{…}");
}

/** Adds one field of `<System>` that is named already, as formats do that keep Windows' own names. */
export function addSystemField(fields: EventFields, name: string, value: string): void {
  if (isTimeField(name)) fields.setMoment(momentOf(value, undefined));
  else fields.add(name, name === "Keywords" ? keywordsAsText(value) : value);
}

export function isTimeField(name: string): boolean {
  return name === "TimeCreated" || name === "TimeCreated_SystemTime";
}

/** As Windows writes them; what are no keywords is left as it is. */
export function keywordsAsText(text: string): string {
  return keywordsText(text) ?? text;
}

function inBraces(guid: string | undefined): string | undefined {
  return guid === undefined || guid.startsWith("{") ? guid : `{${guid}}`;
}

/** `0x` and lower-case digits without leading zeros, from hex or from decimal; negative numbers are 64-bit ones with the highest bit set. */
export function keywordsText(text: string | undefined): string | undefined {
  if (text === undefined || /^0x[1-9a-f][0-9a-f]{0,15}$/.test(text)) return text;
  if (!/^(0[xX][0-9a-fA-F]{1,16}|-?\d{1,20})$/.test(text)) return undefined;
  return `0x${BigInt.asUintN(64, BigInt(text)).toString(16)}`;
}
