import { isUtf8 } from "node:buffer";
import type { Received, TextOrBytes } from "../transport.ts";

/** A record, without what all records of its batch have in common. */
export interface KafkaRecord extends Pick<Received, "key" | "value" | "headers"> {
  /** Its offset is so much higher than that of its batch. */
  readonly offsetDelta: number;
  /** ms from the first timestamp of its batch. */
  readonly timestampDelta: number;
}

export const NO_HEADERS: Received["headers"] = Object.freeze({});

/**
 * The records of a batch, unpacked ("Record" in Kafka's description of its message format: https://kafka.apache.org/documentation/#record).
 * @throws when there are not so many, or one goes beyond the end.
 */
export function* readRecords(bytes: Buffer, count: number): Generator<KafkaRecord> {
  const reader = new Reader(bytes);
  for (let n = 0; n < count; n++) yield reader.record();
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  record(): KafkaRecord {
    const end = this.#endOf(this.#number());
    // Attributes, of which there are none yet.
    this.#at++;
    const timestampDelta = this.#number();
    const offsetDelta = this.#number();
    const keyLength = this.#number();
    const key = keyLength < 0 ? undefined : textOrBytes(this.#take(keyLength));
    const value = this.#take(Math.max(0, this.#number()));
    const headers = this.#headers(this.#number());
    if (this.#at > end) throw new Error("A record is longer than it says.");
    // Whatever later versions may put behind.
    this.#at = end;
    return { offsetDelta, timestampDelta, key, value, headers };
  }

  #headers(count: number): Received["headers"] {
    const entries: [string, TextOrBytes][] = [];
    for (let n = 0; n < count; n++) {
      const name = this.#take(this.#number()).toString();
      const length = this.#number();
      entries.push([name, length < 0 ? "" : textOrBytes(this.#take(length))]);
    }
    return headersOf(entries);
  }

  #take(length: number): Buffer {
    const [from, to] = [this.#at, this.#endOf(length)];
    this.#at = to;
    return this.#bytes.subarray(from, to);
  }

  #endOf(length: number): number {
    const end = this.#at + length;
    if (!(length >= 0 && end <= this.#bytes.length)) throw new Error("A record goes beyond the end of its batch.");
    return end;
  }

  /** A number of Protocol Buffers' zigzag encoding, of 32 or 64 bits; one that needs more than 53 is not exact. */
  #number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined || scale > 2 ** 63) throw new Error("A record ends within a number.");
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  }
}

/** Of a header that is there more than once, the last. */
export function headersOf(entries: readonly (readonly [string, TextOrBytes])[]): Received["headers"] {
  // Not by assignment: a header may be called __proto__.
  return entries.length === 0 ? NO_HEADERS : Object.fromEntries(entries);
}

export function textOrBytes(given: Buffer): TextOrBytes {
  const text = given.toString();
  // Bytes that are no UTF-8 leave this behind; to look for it first is faster than to look at all keys twice.
  return text.includes("\uFFFD") && !isUtf8(given) ? given : text;
}
