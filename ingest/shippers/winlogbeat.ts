import { namesDataByNumber } from "./data-names.ts";
import { addNamed, addNumbered } from "./event-data.ts";
import type { EventFields } from "./event-fields.ts";
import { type JsonObject, objectOf } from "./json.ts";
import { addRendering, keywordsFromNames, levelFromName } from "./rendering.ts";
import { addSystem } from "./system.ts";
import { addXml } from "./xml.ts";

/** Winlogbeat 7 and 8 and Elastic Agent: ECS, with the event under `winlog` (DOMAIN.md F.1). */
export function isWinlogbeat(message: JsonObject): boolean {
  return objectOf(message.winlog) !== undefined;
}

export function addWinlogbeat(fields: EventFields, message: JsonObject): void {
  const original = objectOf(message.event)?.original;
  // With `include_xml` it carries the whole event, which is better than its own reading of it.
  if (typeof original === "string" && original.startsWith("<Event")) {
    addXml(fields, original);
    if (fields.first("Message") === undefined) addRendering(fields, { message: message.message });
    return;
  }
  const winlog = objectOf(message.winlog) ?? {};
  const process = objectOf(winlog.process);
  const level = objectOf(message.log)?.level ?? winlog.level;
  addSystem(fields, {
    provider: winlog.provider_name ?? objectOf(message.event)?.provider,
    guid: winlog.provider_guid,
    eventId: winlog.event_id ?? objectOf(message.event)?.code,
    version: winlog.version,
    level: levelFromName(level, winlog.provider_name),
    keywords: keywordsFromNames(winlog.keywords, winlog.provider_name),
    created: winlog.time_created ?? message["@timestamp"],
    received: objectOf(message.event)?.created,
    recordId: winlog.record_id,
    activityId: winlog.activity_id,
    relatedActivityId: winlog.related_activity_id,
    processId: process?.pid,
    threadId: objectOf(process?.thread)?.id,
    channel: winlog.channel,
    computer: winlog.computer_name,
    userId: objectOf(winlog.user)?.identifier,
  });
  addParameters(fields, objectOf(winlog.event_data));
  const { xml_name: _, ...userData } = objectOf(winlog.user_data) ?? {};
  addNamed(fields, userData);
  const { task, opcode, keywords } = winlog;
  addRendering(fields, { message: message.message ?? winlog.message, level, task, opcode, keywords });
}

const PARAMETER = /^param([1-9]\d{0,2})$/;

/** Unnamed data come as `param1`, `param2` …; so do data that really have these names, which only the provider tells. */
export function addParameters(fields: EventFields, data: JsonObject | undefined): void {
  if (namesDataByNumber(fields.first("Provider_Name"))) addNamed(fields, data);
  else addNumbered(fields, data, PARAMETER);
}
