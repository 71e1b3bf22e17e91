import { createHash } from "node:crypto";
import type { EventToWrite } from "./event-to-write.ts";
import { TYPE_CODES, type TypedValue } from "./typed-value.ts";
import { element, type XmlElement, type XmlText } from "./xml-element.ts";

/** A tree with places for values, and the identity that its content gives it. */
export interface Template {
  readonly root: XmlElement;
  readonly guid: Buffer;
}

function templateOf(root: XmlElement): Template {
  return { root, guid: createHash("sha256").update(JSON.stringify(root)).digest().subarray(0, 16) };
}

function slot(index: number, type: number): XmlText {
  return { slot: index, type, optional: true };
}

/** Where the values of `System` stand in the substitution array, as in Windows' own templates. */
export const SYSTEM_SLOT = {
  level: 0,
  opcode: 1,
  task: 2,
  eventId: 3,
  qualifiers: 4,
  keywords: 5,
  time: 6,
  activityId: 7,
  processId: 8,
  threadId: 9,
  recordId: 10,
  version: 11,
  userSid: 12,
  payload: 13,
};

function valueElement(name: string, index: number, type: TypedValue["type"]): XmlElement {
  return { ...element(name, [slot(index, TYPE_CODES[type])]), dependsOn: index };
}

/** What of an event its outer template says in words: events that agree in it share a template. */
export function outerKey(event: EventToWrite): string {
  const { provider, version, opcode, execution, channel, computer, data } = event;
  return JSON.stringify([
    provider.name,
    provider.guid,
    provider.sourceName,
    version === undefined,
    opcode === undefined,
    execution === undefined,
    channel,
    computer,
    data.kind === "userData",
  ]);
}

const NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event";

/** `<Event>` with `<System>` and a place for EventData, or for what is in UserData. */
export function outerTemplate(event: EventToWrite, payloadType: number): Template {
  const { provider, channel, computer } = event;
  const at = SYSTEM_SLOT;
  const named = (name: string, text: string | undefined): XmlElement["attributes"] =>
    text === undefined ? [] : [[name, { text }]];
  const system = [
    element(
      "Provider",
      [],
      [
        ...named("Name", provider.name),
        ...named("Guid", provider.guid),
        ...named("EventSourceName", provider.sourceName),
      ],
    ),
    {
      ...element(
        "EventID",
        [slot(at.eventId, TYPE_CODES.uint16)],
        [["Qualifiers", slot(at.qualifiers, TYPE_CODES.uint16)]],
      ),
      dependsOn: at.eventId,
    },
    ...(event.version === undefined ? [] : [valueElement("Version", at.version, "uint8")]),
    valueElement("Level", at.level, "uint8"),
    valueElement("Task", at.task, "uint16"),
    ...(event.opcode === undefined ? [] : [valueElement("Opcode", at.opcode, "uint8")]),
    valueElement("Keywords", at.keywords, "hex64"),
    element("TimeCreated", [], [["SystemTime", slot(at.time, TYPE_CODES.filetime)]]),
    valueElement("EventRecordID", at.recordId, "uint64"),
    ...(event.execution === undefined ? [] : modernElements()),
    element("Channel", [{ text: channel }]),
    element("Computer", [{ text: computer }]),
    element("Security", [], [["UserID", slot(at.userSid, TYPE_CODES.sid)]]),
  ];
  const payload = slot(at.payload, payloadType);
  const data = event.data.kind === "userData" ? { ...element("UserData", [payload]), dependsOn: at.payload } : payload;
  return templateOf(element("Event", [element("System", system), data], [["xmlns", { text: NAMESPACE }]]));
}

function modernElements(): readonly XmlElement[] {
  const at = SYSTEM_SLOT;
  return [
    element("Correlation", [], [["ActivityID", slot(at.activityId, TYPE_CODES.guid)]]),
    element(
      "Execution",
      [],
      [
        ["ProcessID", slot(at.processId, TYPE_CODES.uint32)],
        ["ThreadID", slot(at.threadId, TYPE_CODES.uint32)],
      ],
    ),
  ];
}

/** `<EventData>` with a `<Data Name=…>` for each field. */
export function namedTemplate(fields: readonly (readonly [string, TypedValue])[], hasBinary: boolean): Template {
  const data = fields.map(([name, value], index) =>
    element("Data", [{ slot: index, type: TYPE_CODES[value.type], optional: false }], [["Name", { text: name }]]),
  );
  return templateOf(element("EventData", hasBinary ? [...data, binaryElement(fields.length)] : data));
}

/** `<EventData>` of classic events: one `<Data>` that is repeated for each string, and `<Binary>`. */
export function unnamedTemplate(): Template {
  const data = { ...element("Data", [slot(0, TYPE_CODES.strings)]), dependsOn: 0 };
  return templateOf(element("EventData", [data, binaryElement(1)]));
}

function binaryElement(index: number): XmlElement {
  return { ...element("Binary", [slot(index, TYPE_CODES.binary)]), dependsOn: index };
}
