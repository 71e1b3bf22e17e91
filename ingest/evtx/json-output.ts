import { exactIntegers } from "../../model/exact-integers.ts";
import {
  MAX_ASCII,
  MAX_SID,
  putBytes,
  putFiletime,
  putGuid,
  putHex,
  putSid,
  putSigned,
  putUnsigned,
  u16,
  u32,
} from "./ascii.ts";
import { ARRAY, TYPE } from "./value.ts";
import type { Values } from "./values.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET = 0x5b;

/** JSON as UTF-8 bytes, in a buffer that grows. */
export class JsonOutput {
  bytes: Buffer;
  at = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** Makes room for `length` more bytes. */
  reserve(length: number): void {
    if (this.at + length <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.at + length, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }

  byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.at++] = byte;
  }

  ascii(text: string): void {
    this.reserve(text.length);
    this.at += this.bytes.write(text, this.at, "latin1");
  }

  /** A piece of another buffer; a loop, because most are too short for `copy` to be worth its call. */
  copy(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    const { bytes } = this;
    let { at } = this;
    for (let i = start; i < end; i++) bytes[at++] = from[i] ?? 0;
    this.at = at;
  }

  /** Any JSON value that is not worth a way of its own. */
  any(value: unknown): void {
    const text = JSON.stringify(value, exactIntegers);
    this.reserve(3 * text.length);
    this.at += this.bytes.write(text, this.at);
  }

  /** Writes one value; nothing, and false, when it decodes to nothing. Lists are written as such. */
  value(values: Values, index: number): boolean {
    const type = values.type(index);
    const size = values.size(index);
    const from = values.offset(index);
    this.reserve(MAX_ASCII);
    const { bytes, at } = this;
    const input = values.bytes;
    switch (type) {
      case TYPE.null:
        return false;
      case TYPE.string:
      case TYPE.evtXml:
        this.#string(input, from, from + (size & ~1));
        return true;
      case TYPE.uint8:
        if (size < 1) return false;
        this.at = putUnsigned(bytes, at, input[from] ?? 0);
        return true;
      case TYPE.uint16:
        if (size < 2) return false;
        this.at = putUnsigned(bytes, at, u16(input, from));
        return true;
      case TYPE.int32:
        if (size < 4) return false;
        this.at = putSigned(bytes, at, u32(input, from) | 0);
        return true;
      case TYPE.uint32:
        if (size < 4) return false;
        this.at = putUnsigned(bytes, at, u32(input, from));
        return true;
      case TYPE.uint64:
        // What a double does not hold goes the general way.
        if (size < 8 || u32(input, from + 4) >= 0x200000) break;
        this.at = putUnsigned(bytes, at, u32(input, from + 4) * 0x1_0000_0000 + u32(input, from));
        return true;
      case TYPE.hex32:
        if (size < 4) return false;
        this.#quoted(putHex(bytes, at + 1, u32(input, from), 0));
        return true;
      case TYPE.hex64:
        if (size < 8) return false;
        this.#quoted(putHex(bytes, at + 1, u32(input, from), u32(input, from + 4)));
        return true;
      case TYPE.guid:
        if (size < 16) return false;
        this.#quoted(putGuid(bytes, at + 1, input, from));
        return true;
      case TYPE.filetime: {
        const end = size < 8 ? at + 1 : putFiletime(bytes, at + 1, input, from);
        if (end === at + 1) break;
        this.#quoted(end);
        return true;
      }
      case TYPE.sid: {
        this.reserve(MAX_SID);
        const end = putSid(this.bytes, at + 1, input, from, size);
        if (end === at + 1) return false;
        this.#quoted(end);
        return true;
      }
      case TYPE.binary:
        this.reserve(2 * size + 2);
        this.#quoted(putBytes(this.bytes, at + 1, input, from, from + size));
        return true;
      case TYPE.string | ARRAY:
        this.byte(BRACKET);
        this.elements(values, index);
        this.byte(BRACKET + 2);
        return true;
    }
    const value = values.decode(index);
    if (value === undefined) return false;
    this.any(value);
    return true;
  }

  /** Writes the elements of a list with commas between them; returns their number. */
  elements(values: Values, index: number): number {
    if (values.type(index) === (TYPE.string | ARRAY)) return this.#strings(values, index);
    const list = values.decode(index);
    if (!Array.isArray(list)) return 0;
    for (const [i, element] of list.entries()) {
      if (i > 0) this.byte(COMMA);
      this.any(element);
    }
    return list.length;
  }

  /** Strings of an array end with a NUL each; the last one's may be missing. */
  #strings(values: Values, index: number): number {
    const from = values.offset(index);
    const end = from + (values.size(index) & ~1);
    let count = 0;
    for (let at = from; at < end; count++) {
      if (count > 0) this.byte(COMMA);
      at = this.#string(values.bytes, at, end);
    }
    return count;
  }

  /** A text in UTF-16 up to its end or its first NUL, in quotes. Returns where the input goes on behind it. */
  #string(input: Uint8Array, from: number, end: number): number {
    // An escape takes six bytes for a unit of two.
    this.reserve(3 * (end - from) + 2);
    const out = this.bytes;
    let to = this.at;
    let next = end;
    out[to++] = QUOTE;
    for (let i = from; i < end; i += 2) {
      const low = input[i] ?? 0;
      const high = input[i + 1] ?? 0;
      if (high === 0 && low < 0x80) {
        const escape = ESCAPES[low] ?? 0;
        if (escape === 0) out[to++] = low;
        else if (low === 0) {
          next = i + 2;
          break;
        } else to = putEscape(out, to, low, escape);
        continue;
      }
      const unit = low | (high << 8);
      if (unit < 0x800) {
        out[to++] = 0xc0 | (unit >> 6);
      } else if ((unit & 0xf800) !== 0xd800) {
        out[to++] = 0xe0 | (unit >> 12);
        out[to++] = 0x80 | ((unit >> 6) & 63);
      } else if ((high & 4) === 0 && i + 3 < end && ((input[i + 3] ?? 0) & 0xfc) === 0xdc) {
        i += 2;
        const point = 0x10000 + ((unit & 0x3ff) << 10) + (u16(input, i) & 0x3ff);
        out[to++] = 0xf0 | (point >> 18);
        out[to++] = 0x80 | ((point >> 12) & 63);
        out[to++] = 0x80 | ((point >> 6) & 63);
        out[to++] = 0x80 | (point & 63);
        continue;
      } else {
        // Half a surrogate pair becomes U+FFFD.
        out[to++] = 0xef;
        out[to++] = 0xbf;
        out[to++] = 0xbd;
        continue;
      }
      out[to++] = 0x80 | (unit & 63);
    }
    out[to++] = QUOTE;
    this.at = to;
    return next;
  }

  /** The quotes around what has been written up to `end`. */
  #quoted(end: number): void {
    this.bytes[this.at] = QUOTE;
    this.bytes[end] = QUOTE;
    this.at = end + 1;
  }
}

/** For each ASCII character 0 when it stands for itself, 1 when it is written \u00xx, else the letter behind the backslash. */
const ESCAPES = new Uint8Array(128).fill(1, 0, 32);
for (const [character, letter] of ["\bb", "\tt", "\nn", "\ff", "\rr", '""', "\\\\"])
  ESCAPES[(character ?? "").charCodeAt(0)] = (letter ?? "").charCodeAt(0);

function putEscape(out: Uint8Array, at: number, character: number, escape: number): number {
  out[at] = 0x5c;
  if (escape !== 1) {
    out[at + 1] = escape;
    return at + 2;
  }
  out[at + 1] = 0x75;
  out[at + 2] = 0x30;
  out[at + 3] = 0x30;
  out[at + 4] = 0x30 + (character >> 4);
  out[at + 5] = (character & 15) < 10 ? 0x30 + (character & 15) : 0x57 + (character & 15);
  return at + 6;
}
