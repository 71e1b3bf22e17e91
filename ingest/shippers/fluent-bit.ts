import { dataNames } from "./data-names.ts";
import { addData, addNamed, addUnnamed } from "./event-data.ts";
import type { EventFields } from "./event-fields.ts";
import { filledText, isList, type JsonObject, objectOf } from "./json.ts";
import { addRendering } from "./rendering.ts";
import { addSystem } from "./system.ts";
import { addXml } from "./xml.ts";

/** Fluent Bit's winevtlog; with `render_event_as_xml` the whole event is XML in `System` (DOMAIN.md F.5). */
export function isFluentBit(message: JsonObject): boolean {
  return typeof message.System === "string" || (message.ProviderName !== undefined && message.EventID !== undefined);
}

export function addFluentBit(fields: EventFields, message: JsonObject): void {
  if (typeof message.System === "string") {
    addXml(fields, message.System);
    if (fields.first("Message") === undefined) addRendering(fields, { message: message.Message });
    return;
  }
  const user = filledText(message.UserID);
  addSystem(fields, {
    provider: message.ProviderName,
    guid: filledText(message.ProviderGuid)?.toLowerCase(),
    qualifiers: message.Qualifiers,
    eventId: message.EventID,
    version: message.Version,
    level: message.Level,
    task: message.Task,
    opcode: message.Opcode,
    keywords: message.Keywords,
    created: message.TimeCreated,
    recordId: message.EventRecordID,
    activityId: filledText(message.ActivityID)?.toLowerCase(),
    relatedActivityId: filledText(message.RelatedActivityID)?.toLowerCase(),
    processId: message.ProcessID,
    threadId: message.ThreadID,
    channel: message.Channel,
    computer: message.Computer,
    userId: ACCOUNTS.get(user ?? "") ?? user,
  });
  const data = objectOf(message.EventData);
  if (data !== undefined) {
    addUnnamed(fields, data.Data);
    const { Data: _, ...named } = data;
    addNamed(fields, isList(data.Data) ? named : data);
  } else addInserts(fields, message);
  addRendering(fields, { message: message.Message });
}

/** Values without their names: known events get them back, of others the data are unnamed. */
function addInserts(fields: EventFields, { StringInserts: inserts }: JsonObject): void {
  if (!isList(inserts)) return;
  const names = dataNames(fields.first("Provider_Name"), fields.first("EventID"), inserts.length);
  if (names === undefined) addUnnamed(fields, inserts);
  else for (const [place, value] of inserts.entries()) addData(fields, names[place] ?? "Data", value);
}

/** Accounts whose SID is the same on every machine: Fluent Bit writes their names, in English on an English Windows. */
const ACCOUNTS: ReadonlyMap<string, string> = new Map([
  ["NT AUTHORITY\\SYSTEM", "S-1-5-18"],
  ["NT AUTHORITY\\LOCAL SERVICE", "S-1-5-19"],
  ["NT AUTHORITY\\NETWORK SERVICE", "S-1-5-20"],
]);
