import { addNamed, addUnnamed } from "./event-data.ts";
import type { EventFields } from "./event-fields.ts";
import { isList, type JsonObject, objectOf } from "./json.ts";
import { addRendering } from "./rendering.ts";
import { addSystem } from "./system.ts";
import { addUserDataXml, addXml } from "./xml.ts";

/** OpenWEC's Json and RawJson (DOMAIN.md F.7); its Raw is XML, its Nxlog is read as NXLog's. */
export function isOpenWec(message: JsonObject): boolean {
  return isRawJson(message) || objectOf(objectOf(message.System)?.Provider) !== undefined;
}

function isRawJson(message: JsonObject): message is JsonObject & { readonly data: string } {
  return typeof message.data === "string" && objectOf(message.meta) !== undefined;
}

export function addOpenWec(fields: EventFields, message: JsonObject): void {
  if (isRawJson(message)) addXml(fields, message.data);
  else addJson(fields, message);
}

function addJson(fields: EventFields, message: JsonObject): void {
  const system = objectOf(message.System) ?? {};
  const provider = objectOf(system.Provider);
  const correlation = objectOf(system.Correlation);
  const execution = objectOf(system.Execution);
  addSystem(fields, {
    provider: provider?.Name,
    guid: provider?.Guid,
    sourceName: provider?.EventSourceName,
    qualifiers: system.EventIDQualifiers,
    eventId: system.EventID,
    version: system.Version,
    level: system.Level,
    task: system.Task,
    opcode: system.Opcode,
    keywords: system.Keywords,
    created: system.TimeCreated,
    received: objectOf(message.OpenWEC)?.TimeReceived,
    recordId: system.EventRecordID,
    activityId: correlation?.ActivityID,
    relatedActivityId: correlation?.RelatedActivityID,
    processId: execution?.ProcessID,
    threadId: execution?.ThreadID,
    channel: system.Channel,
    computer: system.Computer,
    userId: system.UserID,
  });
  const data = objectOf(message.EventData) ?? {};
  const { Data: unnamed, ...named } = data;
  if (isList(unnamed)) addUnnamed(fields, unnamed);
  addNamed(fields, isList(unnamed) ? named : data);
  if (typeof message.UserData === "string" && message.UserData !== "") addUserDataXml(fields, message.UserData);
  const rendering = objectOf(message.RenderingInfo);
  addRendering(fields, {
    culture: rendering?.Culture,
    message: rendering?.Message,
    level: rendering?.Level,
    task: rendering?.Task,
    opcode: rendering?.Opcode,
    channel: rendering?.Channel,
    provider: rendering?.Provider,
    keywords: rendering?.Keywords,
  });
}
