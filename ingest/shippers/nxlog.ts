import { addData } from "./event-data.ts";
import type { EventFields } from "./event-fields.ts";
import { filledText, type JsonObject, objectOf } from "./json.ts";
import { addRendering } from "./rendering.ts";
import { addSystem } from "./system.ts";

/** NXLog's im_msvistalog through xm_json, and OpenWEC's imitation of it: all flat (DOMAIN.md F.4, F.7b). */
export function isNxlog(message: JsonObject): boolean {
  return message.SourceName !== undefined && message.EventID !== undefined && message.EventTime !== undefined;
}

export function addNxlog(fields: EventFields, message: JsonObject): void {
  addSystem(fields, {
    provider: message.SourceName,
    // It prints GUIDs in upper case; Windows' own templates have them in lower case.
    guid: filledText(message.ProviderGuid)?.toLowerCase(),
    eventId: message.EventID,
    version: message.Version,
    level: LEVELS.get(filledText(message.EventType) ?? ""),
    task: message.Task,
    opcode: message.OpcodeValue,
    keywords: message.Keywords,
    created: message.EventTime,
    received: message.EventReceivedTime ?? objectOf(message.OpenWEC)?.TimeReceived,
    recordId: message.RecordNumber,
    activityId: filledText(message.ActivityID)?.toLowerCase(),
    relatedActivityId: filledText(message.RelatedActivityID)?.toLowerCase(),
    processId: message.ExecutionProcessID ?? message.ProcessID,
    threadId: message.ExecutionThreadID ?? message.ThreadID,
    channel: message.Channel,
    computer: message.Hostname,
    userId: message.UserID,
  });
  for (const name of Object.keys(message)) if (!ENVELOPE.has(name)) addData(fields, name, message[name]);
  addRendering(fields, {
    message: message.Message,
    task: message.Category,
    opcode: message.Opcode,
  });
}

/** Audit events have level 0; NXLog calls that, everywhere else, and 4, INFO. */
const LEVELS: ReadonlyMap<string, string> = new Map([
  ["CRITICAL", "1"],
  ["ERROR", "2"],
  ["WARNING", "3"],
  ["INFO", "4"],
  ["VERBOSE", "5"],
  ["AUDIT_SUCCESS", "0"],
  ["AUDIT_FAILURE", "0"],
]);

/** What is not event data: NXLog's own fields, and those that OpenWEC or Logstash put beside them. */
const ENVELOPE: ReadonlySet<string> = new Set(
  `AccountName AccountType ActivityID Category Channel Domain EventID EventReceivedTime EventTime EventType ExecutionProcessID ExecutionThreadID
  Hostname Keywords Message Opcode OpcodeValue OpenWEC ProcessID ProviderGuid RecordNumber RelatedActivityID Severity SeverityValue SourceModuleName
  SourceModuleType SourceName Task ThreadID UserID Version @timestamp @version @metadata host message tags type`.split(
    /\s+/,
  ),
);
