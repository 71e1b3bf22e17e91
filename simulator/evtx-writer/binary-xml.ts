import type { ChunkBuffer } from "./chunk-buffer.ts";
import type { Template } from "./template.ts";
import { encodeValue, TYPE_CODES, type TypedValue } from "./typed-value.ts";
import type { XmlElement, XmlText } from "./xml-element.ts";

/** Tokens of binary XML ([MS-EVEN6] 2.2.12); 0x40 added says that attributes, or more of them, follow. */
const TOKEN = {
  endOfStream: 0x00,
  openStart: 0x01,
  closeStart: 0x02,
  closeEmpty: 0x03,
  end: 0x04,
  text: 0x05,
  attribute: 0x06,
  templateInstance: 0x0c,
  substitution: 0x0d,
  optionalSubstitution: 0x0e,
};
const MORE = 0x40;
const NO_DEPENDENCY = 0xffff;

/** A value of a template instance: plain, or binary XML (type 0x21) written in place. */
export type InstanceValue = TypedValue | { readonly type: "xml"; readonly write: (chunk: ChunkBuffer) => void };
export const BINARY_XML = 0x21;

/** A fragment that is one template instance: fragment header, template, values, end of stream. */
export function writeTemplateInstance(chunk: ChunkBuffer, template: Template, values: readonly InstanceValue[]): void {
  writeFragmentHeader(chunk);
  chunk.u8(TOKEN.templateInstance);
  chunk.u8(1);
  chunk.u32(template.guid.readUInt32LE(0));
  chunk.template(template.guid, () => {
    writeFragmentHeader(chunk);
    writeElement(chunk, template.root, true);
    chunk.u8(TOKEN.endOfStream);
  });
  writeValues(chunk, values);
  chunk.u8(TOKEN.endOfStream);
}

/** An element that is written out where a value stands: Windows gives it no fragment header and no dependency identifiers. */
export function writeBareElement(chunk: ChunkBuffer, root: XmlElement): void {
  writeElement(chunk, root, false);
  chunk.u8(TOKEN.endOfStream);
}

/** Version 1.1, no flags. */
function writeFragmentHeader(chunk: ChunkBuffer): void {
  chunk.raw(Buffer.of(0x0f, 1, 1, 0));
}

function writeElement(chunk: ChunkBuffer, element: XmlElement, inTemplate: boolean): void {
  const { attributes, content } = element;
  chunk.u8(TOKEN.openStart | (attributes.length > 0 ? MORE : 0));
  if (inTemplate) chunk.u16(element.dependsOn ?? NO_DEPENDENCY);
  chunk.sized(() => {
    chunk.name(element.name);
    if (attributes.length > 0) chunk.sized(() => writeAttributes(chunk, attributes));
    if (content.length === 0) return chunk.u8(TOKEN.closeEmpty);
    chunk.u8(TOKEN.closeStart);
    for (const part of content) {
      if ("name" in part) writeElement(chunk, part, inTemplate);
      else writeText(chunk, part);
    }
    chunk.u8(TOKEN.end);
  });
}

function writeAttributes(chunk: ChunkBuffer, attributes: XmlElement["attributes"]): void {
  attributes.forEach(([name, value], index) => {
    chunk.u8(TOKEN.attribute | (index < attributes.length - 1 ? MORE : 0));
    chunk.name(name);
    writeText(chunk, value);
  });
}

function writeText(chunk: ChunkBuffer, part: XmlText): void {
  if ("slot" in part) {
    chunk.u8(part.optional ? TOKEN.optionalSubstitution : TOKEN.substitution);
    chunk.u16(part.slot);
    chunk.u8(part.type);
    return;
  }
  if (part.text.length > 0xffff) throw new RangeError(`A text of ${part.text.length} characters is too long for EVTX.`);
  chunk.u8(TOKEN.text);
  chunk.u8(TYPE_CODES.string);
  chunk.u16(part.text.length);
  chunk.raw(Buffer.from(part.text, "utf16le"));
}

/** A count, a descriptor (size, type, 0) for each value, then the values. */
function writeValues(chunk: ChunkBuffer, values: readonly InstanceValue[]): void {
  chunk.u32(values.length);
  const descriptors = chunk.at;
  chunk.zeros(4 * values.length);
  values.forEach((value, index) => {
    const start = chunk.at;
    if (value.type === "xml") value.write(chunk);
    else chunk.raw(encodeValue(value));
    const descriptor = descriptors + 4 * index;
    if (chunk.at - start > 0xffff)
      throw new RangeError("A value is too long for EVTX, which gives its size in 16 bits.");
    chunk.bytes.writeUInt16LE(chunk.at - start, descriptor);
    chunk.bytes.writeUInt8(value.type === "xml" ? BINARY_XML : TYPE_CODES[value.type], descriptor + 2);
  });
}
