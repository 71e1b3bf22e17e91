import { hash65599 } from "./hash.ts";

const CHUNK_SIZE = 65_536;
export const CHUNK_HEADER_SIZE = 512;
const NAME_TABLE = { at: 128, buckets: 64 };
const TEMPLATE_TABLE = { at: 384, buckets: 32 };

/** The record in hand does not fit into what is left of the chunk. */
class ChunkFull extends Error {
  override readonly name = "ChunkFull";
}

/**
 * The bytes of one chunk with a place to write at, and what of it can be referred to again: names and template definitions.
 * Both tables are chained hash tables; a bucket holds the newest entry, whose first field is the offset of the one before it.
 */
export class ChunkBuffer {
  readonly bytes = Buffer.alloc(CHUNK_SIZE);
  readonly #names = new Map<string, number>();
  readonly #templates = new Map<string, number>();
  #at = CHUNK_HEADER_SIZE;

  /** Offset of the next byte, from the start of the chunk. */
  get at(): number {
    return this.#at;
  }

  /** Runs `write`; when the chunk is too small for what it writes, undoes it and returns false. */
  attempt(write: () => void): boolean {
    const start = this.#at;
    const tables = Buffer.from(this.bytes.subarray(NAME_TABLE.at, CHUNK_HEADER_SIZE));
    try {
      write();
      return true;
    } catch (error) {
      if (!(error instanceof ChunkFull)) throw error;
      tables.copy(this.bytes, NAME_TABLE.at);
      this.bytes.fill(0, start);
      this.#at = start;
      for (const known of [this.#names, this.#templates])
        for (const [key, offset] of known) if (offset >= start) known.delete(key);
      return false;
    }
  }

  u8(value: number): void {
    this.bytes.writeUInt8(value, this.#advance(1));
  }

  u16(value: number): void {
    this.bytes.writeUInt16LE(value, this.#advance(2));
  }

  u32(value: number): void {
    this.bytes.writeUInt32LE(value, this.#advance(4));
  }

  u64(value: bigint): void {
    this.bytes.writeBigUInt64LE(value, this.#advance(8));
  }

  raw(bytes: Buffer): void {
    bytes.copy(this.bytes, this.#advance(bytes.length));
  }

  zeros(count: number): void {
    this.#advance(count);
  }

  /** Writes a 32-bit size, then what it is the size of. */
  sized(write: () => void): void {
    this.u32(0);
    const start = this.#at;
    write();
    this.bytes.writeUInt32LE(this.#at - start, start - 4);
  }

  /** The offset of a name; the name itself follows when the chunk has not had it yet. */
  name(text: string): void {
    const known = this.#names.get(text);
    this.u32(known ?? this.#at + 4);
    if (known !== undefined) return;
    const units = Array.from(text, (_, index) => text.charCodeAt(index));
    const hash = hash65599(units) & 0xffff;
    this.#names.set(text, this.#at);
    this.#chain(NAME_TABLE, hash);
    this.u16(hash);
    this.u16(text.length);
    this.raw(Buffer.from(`${text}\u0000`, "utf16le"));
  }

  /** The offset of a template definition; the definition itself follows when the chunk has not had it yet. */
  template(guid: Buffer, writeBody: () => void): void {
    const key = guid.toString("hex");
    const known = this.#templates.get(key);
    this.u32(known ?? this.#at + 4);
    if (known !== undefined) return;
    this.#templates.set(key, this.#at);
    this.#chain(TEMPLATE_TABLE, hash65599(new Uint16Array(guid.buffer, guid.byteOffset, 8)));
    this.raw(guid);
    this.sized(writeBody);
  }

  #chain(table: { readonly at: number; readonly buckets: number }, hash: number): void {
    const bucket = table.at + 4 * (hash % table.buckets);
    const newest = this.#at;
    this.u32(this.bytes.readUInt32LE(bucket));
    this.bytes.writeUInt32LE(newest, bucket);
  }

  #advance(count: number): number {
    const start = this.#at;
    if (start + count > CHUNK_SIZE) throw new ChunkFull();
    this.#at += count;
    return start;
  }
}
