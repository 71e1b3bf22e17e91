import { Chunk } from "../../ingest/evtx/chunk.ts";
import type { Damage } from "../../ingest/evtx/damage.ts";
import { recordToJson } from "../../ingest/evtx/json.ts";
import { EvtxRecord } from "../../ingest/evtx/record.ts";
import { recordToXml } from "../../ingest/evtx/xml.ts";
import { ChunkBuffer } from "../../simulator/evtx-writer/chunk-buffer.ts";

/** Writes a piece of binary XML, token for token as [MS-EVEN6] 2.2.12 has it. */
export type Part = (chunk: ChunkBuffer) => void;
/** A value as a template instance has it: its type code, and its bytes or what writes them. */
export type RawValue = readonly [type: number, content: Buffer | Part];

const FRAGMENT = Buffer.of(0x0f, 1, 1, 0);
const utf16 = (text: string) => Buffer.from(text, "utf16le");

/** A length in UTF-16 units and the text. */
function counted(chunk: ChunkBuffer, text: string): void {
  chunk.u16(text.length);
  chunk.raw(utf16(text));
}

export const text =
  (value: string): Part =>
  (chunk) => {
    chunk.raw(Buffer.of(0x05, 0x01));
    counted(chunk, value);
  };
export const cdata =
  (value: string): Part =>
  (chunk) => {
    chunk.u8(0x07);
    counted(chunk, value);
  };
export const charRef =
  (code: number): Part =>
  (chunk) => {
    chunk.u8(0x08);
    chunk.u16(code);
  };
export const entity =
  (name: string): Part =>
  (chunk) => {
    chunk.u8(0x09);
    chunk.name(name);
  };
export const instruction =
  (target: string, data: string): Part =>
  (chunk) => {
    chunk.u8(0x0a);
    chunk.name(target);
    chunk.u8(0x0b);
    counted(chunk, data);
  };
export const hole =
  (index: number, type: number, optional = false): Part =>
  (chunk) => {
    chunk.u8(optional ? 0x0e : 0x0d);
    chunk.u16(index);
    chunk.u8(type);
  };

/** An element as template definitions have it, with a dependency id; `bare` as it stands outside them. */
export const element =
  (
    name: string,
    children: readonly Part[],
    attributes: readonly (readonly [string, Part])[] = [],
    bare = false,
  ): Part =>
  (chunk) => {
    chunk.u8(attributes.length > 0 ? 0x41 : 0x01);
    if (!bare) chunk.u16(0xffff);
    chunk.sized(() => {
      chunk.name(name);
      if (attributes.length > 0)
        chunk.sized(() => {
          attributes.forEach(([attribute, value], index) => {
            chunk.u8(index < attributes.length - 1 ? 0x46 : 0x06);
            chunk.name(attribute);
            value(chunk);
          });
        });
      if (children.length === 0) return chunk.u8(0x03);
      chunk.u8(0x02);
      for (const child of children) child(chunk);
      chunk.u8(0x04);
    });
  };

/** A fragment that is one template instance. Templates with the same number are the same. */
export const instance =
  (number: number, definition: Part, values: readonly RawValue[]): Part =>
  (chunk) => {
    const guid = Buffer.alloc(16, number);
    chunk.raw(FRAGMENT);
    chunk.raw(Buffer.of(0x0c, 0x01));
    chunk.u32(guid.readUInt32LE(0));
    chunk.template(guid, () => {
      chunk.raw(FRAGMENT);
      definition(chunk);
      chunk.u8(0);
    });
    chunk.u32(values.length);
    const descriptors = chunk.at;
    chunk.zeros(4 * values.length);
    values.forEach(([type, content], index) => {
      const start = chunk.at;
      if (typeof content === "function") content(chunk);
      else chunk.raw(content);
      chunk.bytes.writeUInt16LE(chunk.at - start, descriptors + 4 * index);
      chunk.bytes.writeUInt8(type, descriptors + 4 * index + 2);
    });
    chunk.u8(0);
  };

/** A chunk without checksums that holds these records. */
export function chunkOf(contents: readonly Part[]): Buffer {
  const chunk = new ChunkBuffer();
  contents.forEach((content, index) => {
    const start = chunk.at;
    chunk.u32(0x2a2a);
    chunk.u32(0);
    chunk.u64(BigInt(index + 1));
    chunk.u64(131_169_684_690_000_000n);
    content(chunk);
    chunk.u32(chunk.at + 4 - start);
    chunk.bytes.writeUInt32LE(chunk.at - start, start + 4);
  });
  chunk.bytes.write("ElfChnk\0", 0, "latin1");
  chunk.bytes.writeUInt32LE(chunk.at, 48);
  return chunk.bytes;
}

/** Reads such a chunk. */
export function readChunk(bytes: Buffer) {
  const told: Damage[] = [];
  const chunk = new Chunk(bytes, { file: "handmade", index: 0, offset: 0, unchecked: true }, (one) => told.push(one));
  const read = Array.from(chunk.records(new EvtxRecord()), (record) => ({
    recordId: record.recordId,
    json: recordToJson(record),
    xml: recordToXml(record),
    fields: Object.fromEntries(record.shape.fields.map((name, slot) => [name, record.value(slot)])),
  }));
  return { read, told };
}
