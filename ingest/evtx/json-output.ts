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
import { type Literal, literalOf, putLiteral } from "./literal.ts";
import { putUtf16 } from "./utf16-to-json.ts";
import { ARRAY, type Scalar, TYPE } from "./value.ts";
import type { Values } from "./values.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const NULL = literalOf("null");
const TRUE = literalOf("true");
const FALSE = literalOf("false");

/** JSON as UTF-8 bytes, in a buffer that grows. */
export class JsonOutput {
  bytes: Buffer;
  at = 0;
  #view: DataView;
  /** Where a text has got to, in and out: one object for all of them. */
  readonly #place = { from: 0, to: 0 };

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `length` more bytes. */
  reserve(length: number): void {
    if (this.at + length <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.at + length, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  #reserved(length: number): Buffer {
    this.reserve(length);
    return this.bytes;
  }

  byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.at++] = byte;
  }

  ascii(text: string): void {
    this.reserve(text.length);
    this.at += this.bytes.write(text, this.at, "latin1");
  }

  /** Writes bytes, and makes room for a value of `MAX_ASCII` behind them. */
  literal(literal: Literal): void {
    this.at = putLiteral(this.#reserved(literal.bytes.length + MAX_ASCII), this.#view, this.at, literal);
  }

  null(): void {
    this.literal(NULL);
  }

  /** Any JSON value that is not worth a way of its own. */
  any(value: Scalar): void {
    const text = typeof value === "bigint" ? String(value) : JSON.stringify(value);
    this.reserve(3 * text.length);
    this.at += this.bytes.write(text, this.at);
  }

  /**
   * Writes one value, whose type is `type`; nothing, and false, when it decodes to nothing. Lists are written as such.
   * There must be room for `MAX_ASCII` bytes.
   */
  value(values: Values, index: number, type: number): boolean {
    const size = values.size(index);
    const from = values.offset(index);
    const { bytes, at } = this;
    const input = values.bytes;
    switch (type) {
      case TYPE.null:
        return false;
      case TYPE.string:
      case TYPE.evtXml:
        this.#string(values, from, from + (size & ~1));
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
      case TYPE.bool:
        if (size < 4 || u32(input, from) > 1) break;
        this.literal(u32(input, from) === 1 ? TRUE : FALSE);
        return true;
      case TYPE.hex32:
        if (size < 4) return false;
        this.#quoted(putHex(bytes, at + 1, u32(input, from), 0));
        return true;
      case TYPE.hex64:
      case TYPE.sizeT:
      case TYPE.handle:
        if (size < 8) break;
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
        this.#list(values, index);
        return true;
    }
    const value = values.decode(index);
    if (value === undefined) return false;
    if (Array.isArray(value)) this.#list(values, index);
    else this.any(value as Scalar);
    return true;
  }

  #list(values: Values, index: number): void {
    this.byte(BRACKET);
    this.elements(values, index);
    this.byte(BRACKET + 2);
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
      at = this.#string(values, at, end);
    }
    return count;
  }

  /** A text in UTF-16 up to its end or its first NUL, in quotes. Returns where the input goes on behind it. */
  #string(values: Values, from: number, end: number): number {
    const place = this.#place;
    // An escape takes six bytes for a unit of two.
    const out = this.#reserved(3 * (end - from) + 2);
    out[this.at] = QUOTE;
    place.from = from;
    place.to = this.at + 1;
    putUtf16(out, this.#view, values.bytes, values.view, end, place);
    out[place.to] = QUOTE;
    this.at = place.to + 1;
    return place.from;
  }

  /** The quotes around what has been written up to `end`. */
  #quoted(end: number): void {
    this.bytes[this.at] = QUOTE;
    this.bytes[end] = QUOTE;
    this.at = end + 1;
  }
}
