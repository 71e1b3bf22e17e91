import { crc32 } from "node:zlib";
import { Cursor } from "./bytes.ts";
import { type Damage, MalformedError } from "./damage.ts";
import { type FragmentContext, NAME_HEADER, parseFragment, TOKEN } from "./fragment.ts";
import type { InstanceNode, Node } from "./node.ts";
import type { EvtxRecord } from "./record.ts";
import { internTemplate, type Template } from "./template.ts";
import { ARRAY, TYPE } from "./value.ts";
import type { Values } from "./values.ts";

export const CHUNK_SIZE = 65_536;
const HEADER_SIZE = 512;
const MAGIC = "ElfChnk\0";
/** `**\0\0`, with which each record begins. */
const RECORD_MAGIC = 0x00002a2a;
const RECORD_MAGIC_BYTES = Buffer.from([0x2a, 0x2a, 0, 0]);
/** Magic, size, record id, time written; then the content; then the size again. */
const RECORD_HEADER = 24;
const RECORD_OVERHEAD = RECORD_HEADER + 4;
const MAX_INSTANCE_DEPTH = 8;

export interface ChunkPlace {
  readonly file: string;
  readonly index: number;
  /** Byte offset of the chunk in its file. */
  readonly offset: number;
  /** The file says that it has no checksums (flag 0x4 of its header). */
  readonly unchecked: boolean;
}

/**
 * One chunk: up to 64 KiB of records with the names and templates that they use. It needs nothing from outside itself.
 * Damage is told to `report` and never thrown.
 */
export class Chunk implements FragmentContext {
  readonly #bytes: Buffer;
  readonly #place: ChunkPlace;
  readonly #report: (damage: Damage) => void;
  readonly #names = new Map<number, string>();
  readonly #templates = new Map<number, Template | MalformedError>();
  #values: Values | undefined;
  #depth = 0;

  /** `bytes` is shorter than a chunk where the file was cut. */
  constructor(bytes: Buffer, place: ChunkPlace, report: (damage: Damage) => void) {
    this.#bytes = bytes;
    this.#place = place;
    this.#report = report;
  }

  /** Reads one record after the other into `record`. */
  *records(record: EvtxRecord): Generator<EvtxRecord, void, undefined> {
    const declaredEnd = this.#declaredEnd();
    let lastId: bigint | undefined;
    for (let at = HEADER_SIZE; at + RECORD_OVERHEAD <= this.#bytes.length; ) {
      const beyond = at >= declaredEnd;
      if (!this.#hasRecordAt(at)) {
        if (beyond) return;
        at = this.#skipToRecord(at, declaredEnd);
        continue;
      }
      const recordId = this.#bytes.readBigUInt64LE(at + 8);
      // Behind the declared end lies what an older round of the log has left, unless the header is stale and the count goes on.
      if (beyond && (lastId === undefined || recordId !== lastId + 1n || this.#soundSize(at) === undefined)) return;
      const size = this.#soundSize(at) ?? this.#repairedSize(at, recordId, declaredEnd);
      if (this.#read(record, at, size, recordId)) yield record;
      lastId = recordId;
      at += size;
    }
  }

  /** The name at this offset of the chunk. */
  name(offset: number): string {
    const known = this.#names.get(offset);
    if (known !== undefined) return known;
    const cursor = new Cursor(this.#bytes, offset + NAME_HEADER - 2, this.#bytes.length);
    const name = cursor.utf16(cursor.u16());
    this.#names.set(offset, name);
    return name;
  }

  instance(cursor: Cursor): InstanceNode {
    const values = this.#values;
    if (values === undefined) throw new MalformedError("a template is used inside a template's definition");
    if (this.#depth >= MAX_INSTANCE_DEPTH) throw new MalformedError(`templates nest deeper than ${MAX_INSTANCE_DEPTH}`);
    cursor.skip(5);
    const definedAt = cursor.u32();
    if (definedAt === cursor.at) {
      cursor.skip(20);
      cursor.skip(cursor.u32());
    }
    const template = this.#templateAt(definedAt);
    const count = cursor.u32();
    if (count * 4 > cursor.end - cursor.at)
      throw new MalformedError(`a template with ${count} values, more than the record can hold`);
    const base = values.count;
    const end = values.addInstance(template, cursor.at, count);
    cursor.skip(end - cursor.at);
    this.#depth++;
    for (let index = base; index < base + count; index++) {
      if ((values.type(index) & ~ARRAY) !== TYPE.binXml || values.size(index) === 0) continue;
      const at = values.offset(index);
      values.setFragment(index, this.#fragment(new Cursor(cursor.bytes, at, at + values.size(index))));
    }
    this.#depth--;
    return { kind: "instance", template, base };
  }

  /** What a record or a value is, nearly always, is one template and nothing else: that needs no parser. */
  #fragment(cursor: Cursor): readonly Node[] {
    if (cursor.bytes[cursor.at] !== TOKEN.fragment || cursor.bytes[cursor.at + 4] !== TOKEN.instance)
      return parseFragment(cursor, this, false);
    cursor.skip(5);
    const instance = this.instance(cursor);
    if (cursor.done || cursor.peek() === TOKEN.end) return [instance];
    return [instance, ...parseFragment(cursor, this, false)];
  }

  #templateAt(offset: number): Template {
    const known = this.#templates.get(offset);
    if (known instanceof MalformedError) throw known;
    if (known !== undefined) return known;
    try {
      const template = this.#parseTemplate(offset);
      this.#templates.set(offset, template);
      return template;
    } catch (error) {
      // Every record that uses it fails alike, and each at the cost of one look-up.
      if (error instanceof MalformedError) this.#templates.set(offset, error);
      throw error;
    }
  }

  /** Offset of the next in its bucket (4), GUID (16), size (4), then the content. */
  #parseTemplate(offset: number): Template {
    const header = new Cursor(this.#bytes, offset + 20, this.#bytes.length);
    const size = header.u32();
    const values = this.#values;
    this.#values = undefined;
    try {
      const nodes = parseFragment(new Cursor(this.#bytes, header.at, header.at + size), this, true);
      if (!nodes.some((node) => node.kind === "element"))
        throw new MalformedError("the template of this record is not where it should be");
      return internTemplate(nodes);
    } finally {
      this.#values = values;
    }
  }

  #read(record: EvtxRecord, at: number, size: number, recordId: bigint): boolean {
    record.recordId = recordId;
    record.written = this.#bytes.readBigUInt64LE(at + 16);
    record.offset = this.#place.offset + at;
    record.size = size;
    record.values.reset(this.#bytes);
    record.changed();
    this.#values = record.values;
    this.#depth = 0;
    try {
      record.root = this.#fragment(new Cursor(this.#bytes, at + RECORD_HEADER, at + size - 4));
      if (record.root.length === 0) throw new MalformedError("the record is empty");
      return true;
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      this.#tell("lost", at, error.message, recordId);
      return false;
    }
  }

  #hasRecordAt(at: number): boolean {
    return this.#bytes.readUInt32LE(at) === RECORD_MAGIC;
  }

  /** The size that a record states at both its ends, if these agree and it fits. */
  #soundSize(at: number): number | undefined {
    const size = this.#bytes.readUInt32LE(at + 4);
    if (size < RECORD_OVERHEAD || at + size > this.#bytes.length) return undefined;
    return this.#bytes.readUInt32LE(at + size - 4) === size ? size : undefined;
  }

  /** A record whose size is broken reaches as far as the next one. */
  #repairedSize(at: number, recordId: bigint, declaredEnd: number): number {
    const end = this.#nextRecord(at + RECORD_OVERHEAD, declaredEnd);
    this.#tell("verdict", at, "the record's two sizes do not agree; it was read up to the next record", recordId);
    return end - at;
  }

  #skipToRecord(at: number, declaredEnd: number): number {
    const next = this.#nextRecord(at + 4, declaredEnd);
    this.#tell("lost", at, `no record where one should begin; ${next - at} bytes passed over`, undefined);
    return next;
  }

  #nextRecord(from: number, declaredEnd: number): number {
    for (
      let at = this.#bytes.indexOf(RECORD_MAGIC_BYTES, from);
      at !== -1 && at + RECORD_OVERHEAD <= this.#bytes.length;
    ) {
      if (this.#soundSize(at) !== undefined) return at;
      at = this.#bytes.indexOf(RECORD_MAGIC_BYTES, at + 4);
    }
    return Math.max(from, Math.min(declaredEnd, this.#bytes.length));
  }

  /** Where the header says that free space begins; the whole chunk where the header is not to be believed. */
  #declaredEnd(): number {
    if (this.#bytes.length < HEADER_SIZE) {
      this.#tell("lost", 0, `the file ends ${this.#bytes.length} bytes into a chunk's header`, undefined);
      return 0;
    }
    const end = this.#bytes.readUInt32LE(48);
    if (this.#bytes.toString("latin1", 0, 8) !== MAGIC) {
      this.#tell("verdict", 0, "the chunk's magic is missing; its records were looked for all the same", undefined);
      return this.#lastRecordEnd();
    }
    if (this.#bytes.length < CHUNK_SIZE)
      this.#tell("lost", this.#bytes.length, "the file ends in the middle of this chunk", undefined);
    if (
      !this.#place.unchecked &&
      crc32(this.#bytes.subarray(128, HEADER_SIZE), crc32(this.#bytes.subarray(0, 120))) !==
        this.#bytes.readUInt32LE(124)
    ) {
      this.#tell("verdict", 0, "the chunk header's checksum is wrong", undefined);
      return this.#lastRecordEnd();
    }
    if (end < HEADER_SIZE || end > CHUNK_SIZE) return this.#lastRecordEnd();
    if (
      this.#bytes.length >= end &&
      !this.#place.unchecked &&
      crc32(this.#bytes.subarray(HEADER_SIZE, end)) !== this.#bytes.readUInt32LE(52)
    )
      this.#tell("verdict", 0, "the checksum over the chunk's records is wrong", undefined);
    return Math.min(end, this.#bytes.length);
  }

  /** The end of the last sound record that a search from behind finds. */
  #lastRecordEnd(): number {
    for (
      let at = this.#bytes.lastIndexOf(RECORD_MAGIC_BYTES);
      at >= HEADER_SIZE;
      at = this.#bytes.lastIndexOf(RECORD_MAGIC_BYTES, at - 1)
    ) {
      if (at + RECORD_OVERHEAD > this.#bytes.length) continue;
      const size = this.#soundSize(at);
      if (size !== undefined) return at + size;
    }
    return HEADER_SIZE;
  }

  #tell(kind: Damage["kind"], at: number, reason: string, recordId: bigint | undefined): void {
    this.#report({
      file: this.#place.file,
      offset: this.#place.offset + at,
      chunk: this.#place.index,
      recordId,
      kind,
      reason,
    });
  }
}
