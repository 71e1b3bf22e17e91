import { addNamed, addUnnamed } from "./event-data.ts";
import type { EventFields } from "./event-fields.ts";
import { type JsonObject, objectOf } from "./json.ts";
import { addRendering } from "./rendering.ts";
import { addSystem } from "./system.ts";
import { addXml } from "./xml.ts";

/** Vector's windows_event_log source (DOMAIN.md F.6). */
export function isVector(message: JsonObject): boolean {
  return message.provider_name !== undefined && message.event_id !== undefined && message.record_id !== undefined;
}

export function addVector(fields: EventFields, message: JsonObject): void {
  // With `include_xml` it carries the whole event, which is better than its own reading of it.
  if (typeof message.xml === "string" && message.xml !== "") {
    addXml(fields, message.xml);
    if (fields.first("Message") === undefined) addRendering(fields, { message: message.message });
    return;
  }
  addSystem(fields, {
    provider: message.provider_name,
    guid: message.provider_guid,
    qualifiers: message.qualifiers,
    eventId: message.event_id,
    version: message.version,
    level: message.level_value,
    // Vector leaves out zeros. Every event has a task and keywords; what has a version has an opcode.
    task: message.task ?? 0,
    opcode: message.opcode ?? (message.version === undefined ? undefined : 0),
    keywords: message.keywords ?? 0,
    created: message.timestamp,
    received: message["@timestamp"],
    recordId: message.record_id,
    activityId: message.activity_id,
    relatedActivityId: message.related_activity_id,
    processId: message.process_id,
    threadId: message.thread_id,
    channel: message.channel,
    computer: message.computer,
    userId: message.user_id,
  });
  addUnnamed(fields, message.string_inserts);
  addNamed(fields, objectOf(message.event_data));
  addNamed(fields, objectOf(message.user_data));
  addRendering(fields, {
    message: message.message,
    level: message.level,
    task: message.task_name,
    opcode: message.opcode_name,
    keywords: message.keyword_names,
  });
}
