/** Of memory that is taken at a time, bytes: at least. */
const LEAST = 1 << 12;

/** Bytes that are written one behind the other; their memory is taken when the first is, and used again after `clear`. */
export class GrowingBytes {
  #buffer = Buffer.alloc(0);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  /** What was written until now; true until `clear`. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  clear(): void {
    this.#at = 0;
  }

  writeTo(blocks: GrowingBytes): void {
    blocks.append(this.bytes);
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#at = this.#buffer.writeUInt32LE(value, this.#at);
  }

  uint64(value: bigint): void {
    this.#reserve(8);
    this.#at = this.#buffer.writeBigUInt64LE(value, this.#at);
  }

  /** LEB128, of an integer below 2 to the power of 31. */
  varint(value: number): void {
    this.#reserve(5);
    let left = value;
    for (; left >= 0x80; left >>>= 7) this.#buffer[this.#at++] = (left & 0x7f) | 0x80;
    this.#buffer[this.#at++] = left;
  }

  /** Text with a character for each byte. */
  latin1(text: string): void {
    this.#reserve(text.length);
    this.#at += this.#buffer.write(text, this.#at, "latin1");
  }

  /** A text's length in bytes (LEB128) and its UTF-8. Half of a surrogate pair, which that cannot hold, becomes U+FFFD. */
  text(text: string): void {
    this.varint(Buffer.byteLength(text));
    this.#reserve(text.length * 3);
    this.#at += this.#buffer.write(text, this.#at);
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(LEAST, this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
