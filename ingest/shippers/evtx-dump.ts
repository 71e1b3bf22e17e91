import { dataText } from "./event-data.ts";
import type { EventFields } from "./event-fields.ts";
import { isList, type JsonObject, type JsonValue, objectOf, textOf } from "./json.ts";
import { MAX_DEPTH } from "./limits.ts";
import { addSystemField } from "./system.ts";
import { UnreadableError } from "./unreadable-error.ts";

/** What `evtx_dump -o jsonl` and `rootcause dump` print: `{"Event":{"System":{…},"EventData":{…}}}`, the XML put into JSON. */
export function isEvtxDump(message: JsonObject): boolean {
  return objectOf(objectOf(message.Event)?.System) !== undefined;
}

export function addEvtxDump(fields: EventFields, message: JsonObject): void {
  walkEvtxDump(message, (name, text, isSystem) => {
    if (isSystem) addSystemField(fields, name, text);
    else fields.add(name, dataText(text));
  });
}

/** Takes a field as it stands in the message. */
export type Take = (name: string, text: string, isSystem: boolean) => void;

/** Goes over the fields of an event in the order of its XML. What it finds where depends on the message's keys and on the kinds of its values, never on their text. */
export function walkEvtxDump(message: JsonObject, take: Take): void {
  const event = objectOf(message.Event) ?? {};
  for (const section of Object.keys(event)) {
    const content = objectOf(event[section]);
    if (content === undefined || section === "#attributes") continue;
    const isSystem = section === "System";
    const add: Add = (name, text) => take(name, text, isSystem);
    if (!isSystem) addAttributes(add, section, content);
    addChildren(add, content, section === "RenderingInfo" ? "RenderingInfo_" : "", 1);
  }
}

type Add = (name: string, text: string) => void;

function addChildren(add: Add, object: JsonObject, prefix: string, depth: number): void {
  if (depth > MAX_DEPTH) throw new UnreadableError("too-deep", `It has more than ${MAX_DEPTH} levels.`);
  for (const key of Object.keys(object)) {
    if (key === "#attributes" || key === "#text") continue;
    const element = elementName(object, key);
    addElement(add, element === "Message" ? element : `${prefix}${element}`, object[key], prefix, depth);
  }
}

function addElement(add: Add, name: string, value: JsonValue | undefined, prefix: string, depth: number): void {
  const object = objectOf(value);
  if (object !== undefined) {
    addAttributes(add, name, object);
    addChildren(add, object, prefix, depth + 1);
  }
  const text = object === undefined ? value : object["#text"];
  if (text !== undefined) addText(add, name, text);
}

/** Null is what an event has not, but unnamed data keep their places. */
function addText(add: Add, name: string, value: JsonValue | undefined): void {
  for (const one of isList(value) ? value : [value]) {
    const text = textOf(one) ?? (name === "Data" ? "" : undefined);
    if (text !== undefined) add(name, text);
  }
}

function addAttributes(add: Add, name: string, object: JsonObject): void {
  const attributes = objectOf(object["#attributes"]) ?? {};
  for (const attribute of Object.keys(attributes)) {
    const text = textOf(attributes[attribute]);
    if (text !== undefined && !attribute.startsWith("xmlns")) add(`${name}_${attribute}`, text);
  }
}

const NINE = "9".charCodeAt(0);

/** An element that comes again is called `Name_1`, `Name_2` …: its name is the one that stands before. */
function elementName(object: JsonObject, key: string): string {
  // Most names end in a letter, which is seen sooner than an expression is tried.
  if (key.charCodeAt(key.length - 1) > NINE) return key;
  const [, stem = "", number = ""] = /^(.+)_([1-9]\d{0,4})$/.exec(key) ?? [];
  if (stem === "" || !Object.hasOwn(object, stem)) return key;
  return number === "1" || Object.hasOwn(object, `${stem}_${Number(number) - 1}`) ? stem : key;
}
