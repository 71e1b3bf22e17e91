import { addNamed } from "./event-data.ts";
import type { EventFields } from "./event-fields.ts";
import { type JsonObject, objectOf } from "./json.ts";
import { addRendering, keywordsFromNames, levelFromName } from "./rendering.ts";
import { addSystem } from "./system.ts";
import { addParameters } from "./winlogbeat.ts";

/** Winlogbeat up to 6: everything at the top (DOMAIN.md F.2). */
export function isWinlogbeat6(message: JsonObject): boolean {
  return message.source_name !== undefined && message.event_id !== undefined && message.log_name !== undefined;
}

export function addWinlogbeat6(fields: EventFields, message: JsonObject): void {
  const { level, task, opcode, keywords } = message;
  addSystem(fields, {
    provider: message.source_name,
    guid: message.provider_guid,
    eventId: message.event_id,
    version: message.version,
    level: levelFromName(level, message.source_name),
    keywords: keywordsFromNames(keywords, message.source_name),
    created: message["@timestamp"],
    recordId: message.record_number,
    activityId: message.activity_id,
    relatedActivityId: message.related_activity_id,
    processId: message.process_id,
    threadId: message.thread_id,
    channel: message.log_name,
    computer: message.computer_name,
    userId: objectOf(message.user)?.identifier,
  });
  addParameters(fields, objectOf(message.event_data));
  const { xml_name: _, ...userData } = objectOf(message.user_data) ?? {};
  addNamed(fields, userData);
  addRendering(fields, { message: message.message, level, task, opcode, keywords });
}
