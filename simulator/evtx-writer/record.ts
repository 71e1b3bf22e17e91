import { BINARY_XML, type InstanceValue, writeBareElement, writeTemplateInstance } from "./binary-xml.ts";
import type { ChunkBuffer } from "./chunk-buffer.ts";
import type { EventPayload, EventToWrite, UserDataElement } from "./event-to-write.ts";
import { namedTemplate, outerKey, outerTemplate, SYSTEM_SLOT, type Template, unnamedTemplate } from "./template.ts";
import type { TypedValue } from "./typed-value.ts";
import { element, type XmlElement } from "./xml-element.ts";

const RECORD_SIGNATURE = 0x00002a2a;
const NULL: TypedValue = { type: "null" };

/** Templates by what they are made of, so that each is built once a file. */
export type TemplateCache = Map<string, Template>;

/** One event record: header, binary XML, padding to 8 bytes, the size again. */
export function writeRecord(chunk: ChunkBuffer, event: EventToWrite, templates: TemplateCache): void {
  const start = chunk.at;
  chunk.u32(RECORD_SIGNATURE);
  chunk.u32(0);
  chunk.u64(event.recordId);
  chunk.u64(event.time);
  const outer = cached(templates, outerKey(event), () => outerTemplate(event, BINARY_XML));
  writeTemplateInstance(chunk, outer, [...systemValues(event), payloadValue(event.data, templates)]);
  const size = (chunk.at + 4 - start + 7) & ~7;
  chunk.zeros(start + size - 4 - chunk.at);
  chunk.u32(size);
  chunk.bytes.writeUInt32LE(size, start + 4);
}

function cached(templates: TemplateCache, key: string, make: () => Template): Template {
  const known = templates.get(key);
  if (known !== undefined) return known;
  const made = make();
  templates.set(key, made);
  return made;
}

/** In the order of `SYSTEM_SLOT`. */
function systemValues(event: EventToWrite): readonly TypedValue[] {
  const at = SYSTEM_SLOT;
  const values: TypedValue[] = Array<TypedValue>(at.payload).fill(NULL);
  values[at.level] = { type: "uint8", value: event.level };
  values[at.opcode] = { type: "uint8", value: event.opcode ?? 0 };
  values[at.task] = { type: "uint16", value: event.task };
  values[at.eventId] = { type: "uint16", value: event.eventId };
  values[at.keywords] = { type: "hex64", value: event.keywords };
  values[at.time] = { type: "filetime", value: event.time };
  values[at.recordId] = { type: "uint64", value: event.recordId };
  values[at.version] = { type: "uint8", value: event.version ?? 0 };
  values[at.processId] = { type: "uint32", value: event.execution?.processId ?? 0 };
  values[at.threadId] = { type: "uint32", value: event.execution?.threadId ?? 0 };
  if (event.qualifiers !== undefined) values[at.qualifiers] = { type: "uint16", value: event.qualifiers };
  if (event.activityId !== undefined) values[at.activityId] = { type: "guid", value: event.activityId };
  if (event.userSid !== undefined) values[at.userSid] = { type: "sid", value: event.userSid };
  return values;
}

function payloadValue(data: EventPayload, templates: TemplateCache): InstanceValue {
  switch (data.kind) {
    case "userData":
      return { type: "xml", write: (chunk) => writeBareElement(chunk, userDataElement(data.root)) };
    case "unnamed": {
      const template = cached(templates, "unnamed", unnamedTemplate);
      const strings: TypedValue = data.strings.length === 0 ? NULL : { type: "strings", value: data.strings };
      return { type: "xml", write: (chunk) => writeTemplateInstance(chunk, template, [strings, binaryValue(data)]) };
    }
    case "named": {
      const hasBinary = data.binary !== undefined;
      const key = JSON.stringify(["named", hasBinary, data.fields.map(([name, value]) => [name, value.type])]);
      const template = cached(templates, key, () => namedTemplate(data.fields, hasBinary));
      const values = [...data.fields.map(([, value]) => value), ...(hasBinary ? [binaryValue(data)] : [])];
      return { type: "xml", write: (chunk) => writeTemplateInstance(chunk, template, values) };
    }
  }
}

function binaryValue(data: { readonly binary?: Uint8Array }): TypedValue {
  return data.binary === undefined ? NULL : { type: "binary", value: data.binary };
}

function userDataElement({ name, attributes = [], content = [] }: UserDataElement): XmlElement {
  return element(
    name,
    typeof content === "string" ? [{ text: content }] : content.map(userDataElement),
    attributes.map(([attribute, text]) => [attribute, { text }]),
  );
}
