import { endianness } from "node:os";
import { MAX_ASCII, MAX_SID, putBytes, putFiletime, putGuid, putHex, putSid, putSigned, putUnsigned } from "./ascii.ts";
import { WRITE_MARGIN } from "./bytes.ts";
import { putAnsi, putUtf16 } from "./utf16-to-json.ts";
import { ARRAY, type Scalar, TYPE } from "./value.ts";
import type { Values } from "./values.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const LITTLE = endianness() === "LE";

/** Literals lie in blocks of so many bytes, two doubles, the last one filled up. */
export const BLOCK = 16;

let pieces = 0;

/** JSON as UTF-8 bytes, in a buffer that grows. */
export class JsonOutput {
  bytes: Buffer;
  at = 0;
  /** Another number, in all of the process, each time that what has been written is given up. */
  piece = ++pieces;
  #view: DataView;
  #capacity: number;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity + WRITE_MARGIN);
    this.#view = new DataView(this.bytes.buffer);
    this.#capacity = capacity;
  }

  /** Begins again. */
  clear(): void {
    this.at = 0;
    this.piece = ++pieces;
  }

  /** Makes room for `length` more bytes. */
  reserve(length: number): void {
    if (this.at + length > this.#capacity) this.#grow(length);
  }

  #grow(length: number): void {
    this.#capacity = Math.max(this.at + length, 2 * this.#capacity);
    const larger = Buffer.allocUnsafeSlow(this.#capacity + WRITE_MARGIN);
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  byte(byte: number): void {
    this.reserve(1);
    this.#view.setInt8(this.at++, byte);
  }

  ascii(text: string): void {
    this.reserve(text.length);
    this.at += this.bytes.write(text, this.at, "latin1");
  }

  /**
   * Writes `size` bytes of UTF-8 that begin with the double at `from`, and makes room for a value of `MAX_ASCII` behind them. Doubles, two a turn,
   * take half the time of words or of `set`; and no eight bytes of UTF-8 are a NaN, of which one may be written as another.
   */
  literal(doubles: Float64Array, from: number, size: number): void {
    this.reserve(size + BLOCK + MAX_ASCII);
    const view = this.#view;
    const end = this.at + size;
    for (let to = this.at, next = from; to < end; to += BLOCK, next += 2) {
      view.setFloat64(to, doubles[next] ?? 0, LITTLE);
      view.setFloat64(to + 8, doubles[next + 1] ?? 0, LITTLE);
    }
    this.at = end;
  }

  /** Writes once more what stands from `start` up to `end`. */
  copy(start: number, end: number): void {
    this.reserve(end - start + BLOCK);
    const view = this.#view;
    let to = this.at;
    for (let from = start; from < end; from += BLOCK, to += BLOCK) {
      view.setFloat64(to, view.getFloat64(from, LITTLE), LITTLE);
      view.setFloat64(to + 8, view.getFloat64(from + 8, LITTLE), LITTLE);
    }
    this.at += end - start;
  }

  null(): void {
    this.reserve(4);
    this.#view.setInt32(this.at, 0x6c6c756e, true);
    this.at += 4;
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
    const { at } = this;
    const out = this.#view;
    const input = values.view;
    switch (type) {
      case TYPE.null:
        return false;
      case TYPE.string:
      case TYPE.evtXml:
        this.#string(input, from, from + (size & ~1));
        return true;
      case TYPE.uint8:
        if (size < 1) return false;
        this.at = putUnsigned(out, at, input.getInt8(from) & 0xff);
        return true;
      case TYPE.uint16:
        if (size < 2) return false;
        this.at = putUnsigned(out, at, input.getInt16(from, true) & 0xffff);
        return true;
      case TYPE.int32:
        if (size < 4) return false;
        this.at = putSigned(out, at, input.getInt32(from, true));
        return true;
      case TYPE.uint32:
        if (size < 4) return false;
        this.at = putUnsigned(out, at, input.getInt32(from, true) >>> 0);
        return true;
      case TYPE.bool: {
        const truth = size < 4 ? -1 : input.getInt32(from, true);
        if ((truth & ~1) !== 0) break;
        out.setInt32(at, truth === 1 ? 0x65757274 : 0x736c6166, true);
        if (truth === 0) out.setInt8(at + 4, 0x65);
        this.at = at + 5 - truth;
        return true;
      }
      case TYPE.hex32:
        if (size < 4) return false;
        this.#quoted(putHex(out, at + 1, input.getInt32(from, true), 0));
        return true;
      case TYPE.hex64:
      case TYPE.sizeT:
      case TYPE.handle:
        if (size < 8) break;
        this.#quoted(putHex(out, at + 1, input.getInt32(from, true), input.getInt32(from + 4, true)));
        return true;
    }
    return this.#otherValue(values, index, type, from, size);
  }

  /** What is longer, and what is rare: apart from the others, so that these are compiled soon. */
  #otherValue(values: Values, index: number, type: number, from: number, size: number): boolean {
    const { at } = this;
    const { bytes } = values;
    switch (type) {
      case TYPE.uint64: {
        // What a double does not hold goes the general way.
        const high = size < 8 ? -1 : values.view.getInt32(from + 4, true);
        if (high < 0 || high >= 0x200000) break;
        const low = values.view.getInt32(from, true) >>> 0;
        this.at = putUnsigned(this.#view, at, high === 0 ? low : high * 0x1_0000_0000 + low);
        return true;
      }
      case TYPE.guid:
        if (size < 16) return false;
        this.#quoted(putGuid(this.#view, at + 1, bytes, from));
        return true;
      case TYPE.filetime: {
        const end = size < 8 ? at + 1 : putFiletime(this.#view, at + 1, bytes, from);
        if (end === at + 1) break;
        this.#quoted(end);
        return true;
      }
      case TYPE.sid: {
        this.reserve(MAX_SID);
        const end = putSid(this.#view, at + 1, bytes, from, size);
        if (end === at + 1) return false;
        this.#quoted(end);
        return true;
      }
      case TYPE.ansi:
        this.reserve(6 * size + 2);
        this.#quoted(putAnsi(this.#view, at + 1, values.view, from, from + size));
        return true;
      case TYPE.binary:
        this.reserve(2 * size + 2);
        this.#quoted(putBytes(this.#view, at + 1, bytes, from, from + size));
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
    const { view } = values;
    const from = values.offset(index);
    const end = from + (values.size(index) & ~1);
    let count = 0;
    for (let at = from; at < end; at += 2, count++) {
      const start = at;
      while (at < end && view.getInt16(at) !== 0) at += 2;
      if (count > 0) this.byte(COMMA);
      this.#string(view, start, at);
    }
    return count;
  }

  /** A text in UTF-16 up to its end or its first NUL, in quotes. */
  #string(input: DataView, from: number, end: number): void {
    // An escape takes six bytes for a unit of two.
    this.reserve(3 * (end - from) + 2);
    this.#quoted(putUtf16(this.#view, this.at + 1, input, from, end));
  }

  /** The quotes around what has been written up to `end`. */
  #quoted(end: number): void {
    const view = this.#view;
    view.setInt8(this.at, QUOTE);
    view.setInt8(end, QUOTE);
    this.at = end + 1;
  }
}
