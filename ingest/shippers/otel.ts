import { addData, addNumbered } from "./event-data.ts";
import type { EventFields } from "./event-fields.ts";
import { filledText, isList, type JsonObject, type JsonValue, objectOf } from "./json.ts";
import { addRendering, keywordsFromNames, levelFromName } from "./rendering.ts";
import { addSystem, keywordsText } from "./system.ts";

/** The body that OpenTelemetry's windowseventlog receiver makes; three layouts of event data over time (DOMAIN.md F.8). */
export function isOtel(message: JsonObject): boolean {
  return objectOf(message.event_id) !== undefined && objectOf(message.provider) !== undefined;
}

export function addOtel(fields: EventFields, message: JsonObject): void {
  const provider = objectOf(message.provider) ?? {};
  const id = objectOf(message.event_id) ?? {};
  const correlation = objectOf(message.correlation);
  const execution = objectOf(message.execution);
  const level = split(message.level);
  const task = split(message.task);
  const opcode = split(message.opcode);
  const names = keywordNames(message.keywords);
  const keywords = keywordsText(filledText(names[0]));
  addSystem(fields, {
    provider: provider.name,
    guid: provider.guid,
    sourceName: provider.event_source,
    qualifiers: id.qualifiers,
    eventId: id.id,
    version: message.version,
    level: level.number ?? levelFromName(level.name, provider.name),
    task: task.number,
    opcode: opcode.number,
    keywords: keywords ?? keywordsFromNames(names, provider.name),
    created: message.system_time,
    recordId: message.record_id,
    activityId: correlation?.activity_id,
    relatedActivityId: correlation?.related_activity_id,
    processId: execution?.process_id,
    threadId: execution?.thread_id,
    channel: message.channel,
    computer: message.computer,
    userId: objectOf(message.security)?.user_id,
  });
  addOtelData(fields, objectOf(message.event_data));
  addRendering(fields, {
    message: message.message,
    level: level.name,
    task: task.name,
    opcode: opcode.name,
    keywords: keywords === undefined ? names : undefined,
  });
}

const UNNAMED = /^Data([1-9]\d{0,2})$/;

function addOtelData(fields: EventFields, data: JsonObject | undefined): void {
  if (!isList(data?.data)) {
    addNumbered(fields, data, UNNAMED);
    return;
  }
  // The layout of 2023 to 2026: a list of maps of one entry each, in which unnamed data have the empty key.
  for (const entry of data.data) {
    const one = objectOf(entry) ?? {};
    for (const name of Object.keys(one)) addData(fields, name === "" ? "Data" : name, one[name] ?? "");
  }
  addData(fields, "Binary", filledText(data.binary));
}

/** What was put into words, or else the number, stands in one place. */
function split(value: JsonValue | undefined): { readonly number?: string; readonly name?: string } {
  const text = filledText(value);
  if (text === undefined) return {};
  return /^\d{1,5}$/.test(text) ? { number: text } : { name: text };
}

/** A list; in an old version the text `[Classic]`. */
function keywordNames(value: JsonValue | undefined): readonly JsonValue[] {
  if (isList(value)) return value;
  return typeof value === "string" && value.startsWith("[") ? [value.slice(1, -1)] : [];
}
