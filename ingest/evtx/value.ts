import { isoFromTicks, ticksFromUnixMs } from "../../model/ticks.ts";
import { MAX_ASCII, MAX_SID, putFiletime, putGuid, putSid } from "./ascii.ts";
import { untilNul, utf16Text } from "./utf16-text.ts";

/** Value types of binary XML ([MS-EVEN6] 2.2.12, "ValueType"); an array has `ARRAY` added. */
export const TYPE = {
  null: 0x00,
  string: 0x01,
  ansi: 0x02,
  int8: 0x03,
  uint8: 0x04,
  int16: 0x05,
  uint16: 0x06,
  int32: 0x07,
  uint32: 0x08,
  int64: 0x09,
  uint64: 0x0a,
  real32: 0x0b,
  real64: 0x0c,
  bool: 0x0d,
  binary: 0x0e,
  guid: 0x0f,
  sizeT: 0x10,
  filetime: 0x11,
  systemtime: 0x12,
  sid: 0x13,
  hex32: 0x14,
  hex64: 0x15,
  handle: 0x20,
  binXml: 0x21,
  evtXml: 0x23,
} as const;
export const ARRAY = 0x80;

/** Of these a text, if there is one, is made of the characters of `CODE` alone (model/event.ts). Not floating point, which may be `NaN`. */
const CODES = new Set<number>([
  ...[TYPE.null, TYPE.int8, TYPE.uint8, TYPE.int16, TYPE.uint16, TYPE.int32, TYPE.uint32, TYPE.int64, TYPE.uint64],
  ...[TYPE.guid, TYPE.sizeT, TYPE.filetime, TYPE.systemtime, TYPE.sid, TYPE.hex32, TYPE.hex64, TYPE.handle],
]);
const IS_CODE = Uint8Array.from({ length: 0x100 }, (_, type) => Number(CODES.has(type)));

export function isCodeType(type: number): boolean {
  return IS_CODE[type] === 1;
}

/** What a value is in JSON: Windows' numbers and truths as such, everything else as text. */
export type Scalar = string | number | bigint | boolean;

/** A value as Windows' XML has it: what is infinite as XML Schema says it (part 2, 3.3.4). */
export function scalarText(value: Scalar): string {
  if (value === Number.POSITIVE_INFINITY) return "INF";
  if (value === Number.NEGATIVE_INFINITY) return "-INF";
  return String(value);
}

/** Bytes of one element of an array; 0 for those that end themselves or are of no fixed size. */
const ELEMENT_SIZE: Readonly<Record<number, number>> = {
  [TYPE.int8]: 1,
  [TYPE.uint8]: 1,
  [TYPE.int16]: 2,
  [TYPE.uint16]: 2,
  [TYPE.int32]: 4,
  [TYPE.uint32]: 4,
  [TYPE.int64]: 8,
  [TYPE.uint64]: 8,
  [TYPE.real32]: 4,
  [TYPE.real64]: 8,
  [TYPE.bool]: 4,
  [TYPE.guid]: 16,
  [TYPE.filetime]: 8,
  [TYPE.systemtime]: 16,
  [TYPE.hex32]: 4,
  [TYPE.hex64]: 8,
};

/** Bytes that Windows writes for a value of a type, always; undefined where they differ. */
export function fixedSize(type: number): number | undefined {
  return ELEMENT_SIZE[type] || undefined;
}

/**
 * Decodes one value. An array gives a list; null, a value cut short and a nested fragment (which is no scalar) give undefined.
 * `at + size` must lie within `bytes`.
 */
export function decodeValue(
  bytes: Buffer,
  type: number,
  at: number,
  size: number,
): Scalar | readonly Scalar[] | undefined {
  if (type & ARRAY) return decodeArray(bytes, type & ~ARRAY, at, size);
  return decodeScalar(bytes, type, at, size);
}

function decodeArray(bytes: Buffer, type: number, at: number, size: number): readonly Scalar[] | undefined {
  if (type === TYPE.string) return splitStrings(utf16Text(bytes, at, size));
  if (type === TYPE.ansi) return splitStrings(ANSI.decode(bytes.subarray(at, at + size)));
  // Nothing says where one ends and the next begins.
  if (type === TYPE.binary) return [bytes.toString("hex", at, at + size).toUpperCase()];
  const found: Scalar[] = [];
  if (type === TYPE.sid) {
    for (let from = at; from + 8 <= at + size; ) {
      const length = 8 + 4 * (bytes[from + 1] ?? 0);
      if (from + length > at + size) break;
      found.push(written(putSid(scratch, 0, bytes, from, length)) ?? "");
      from += length;
    }
    return found;
  }
  const step = type === TYPE.sizeT ? (size % 8 === 0 ? 8 : 4) : (ELEMENT_SIZE[type] ?? 0);
  if (step === 0) return undefined;
  for (let from = at; from + step <= at + size; from += step) found.push(decodeScalar(bytes, type, from, step) ?? "");
  return found;
}

/** Strings of an array end with a NUL each; the last one's may be missing. */
function splitStrings(text: string): readonly string[] {
  const parts = text.split("\u0000");
  if (parts.at(-1) === "") parts.pop();
  return parts;
}

function decodeScalar(bytes: Buffer, type: number, at: number, size: number): Scalar | undefined {
  switch (type) {
    case TYPE.string:
      return untilNul(utf16Text(bytes, at, size));
    case TYPE.ansi:
      return untilNul(ANSI.decode(bytes.subarray(at, at + size)));
    case TYPE.int8:
      return size < 1 ? undefined : bytes.readInt8(at);
    case TYPE.uint8:
      return size < 1 ? undefined : bytes.readUInt8(at);
    case TYPE.int16:
      return size < 2 ? undefined : bytes.readInt16LE(at);
    case TYPE.uint16:
      return size < 2 ? undefined : bytes.readUInt16LE(at);
    case TYPE.int32:
      return size < 4 ? undefined : bytes.readInt32LE(at);
    case TYPE.uint32:
      return size < 4 ? undefined : bytes.readUInt32LE(at);
    case TYPE.int64:
      return size < 8 ? undefined : narrow(bytes.readBigInt64LE(at));
    case TYPE.uint64:
      return size < 8 ? undefined : narrow(bytes.readBigUInt64LE(at));
    case TYPE.real32:
      return size < 4 ? undefined : shortest(bytes.readFloatLE(at));
    case TYPE.real64:
      return size < 8 ? undefined : bytes.readDoubleLE(at);
    case TYPE.bool:
      return size < 1 ? undefined : bool(size < 4 ? (bytes[at] ?? 0) : bytes.readUInt32LE(at));
    case TYPE.binary:
      return bytes.toString("hex", at, at + size).toUpperCase();
    case TYPE.guid:
      return size < 16 ? undefined : written(putGuid(scratch, 0, bytes, at));
    case TYPE.filetime:
      if (size < 8) return undefined;
      return written(putFiletime(scratch, 0, bytes, at)) ?? isoFromTicks(bytes.readBigUInt64LE(at));
    case TYPE.systemtime:
      return size < 16 ? undefined : systemTime(bytes, at);
    case TYPE.sid:
      return written(putSid(scratch, 0, bytes, at, size));
    case TYPE.hex32:
      return size < 4 ? undefined : `0x${bytes.readUInt32LE(at).toString(16)}`;
    case TYPE.hex64:
      return size < 8 ? undefined : `0x${bytes.readBigUInt64LE(at).toString(16)}`;
    case TYPE.sizeT:
    case TYPE.handle:
      if (size >= 8) return `0x${bytes.readBigUInt64LE(at).toString(16)}`;
      return size < 4 ? undefined : `0x${bytes.readUInt32LE(at).toString(16)}`;
    case TYPE.evtXml:
      return untilNul(utf16Text(bytes, at, size));
    default:
      return undefined;
  }
}

/** The code page of most Windows; which one the writer had, a log does not say. */
const ANSI = new TextDecoder("windows-1252");

/** Of the numbers that are the same in 32 bits, the one with the fewest digits: 0.1, and not 0.10000000149011612. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** Integers that a double holds exactly are given as `number`. */
function narrow(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** Providers write truths other than 0 and 1; such a number is given as it stands. */
function bool(value: number): boolean | number {
  return value > 1 ? value : value === 1;
}

/** [MS-DTYP] 2.3.13: eight 16-bit numbers, the third of which is the day of the week. No time when there is no such moment: all zero, for one. */
function systemTime(bytes: Buffer, at: number): string | undefined {
  const part = (index: number) => bytes.readUInt16LE(at + 2 * index);
  const ms = Date.UTC(part(0), part(1) - 1, part(3), part(4), part(5), part(6), part(7));
  const date = new Date(ms);
  const isMoment =
    part(0) >= 1601 &&
    part(1) === date.getUTCMonth() + 1 &&
    part(3) === date.getUTCDate() &&
    part(4) === date.getUTCHours() &&
    part(5) === date.getUTCMinutes() &&
    part(6) === date.getUTCSeconds() &&
    part(7) < 1_000;
  return isMoment ? isoFromTicks(ticksFromUnixMs(ms)) : undefined;
}

const scratchBytes = Buffer.alloc(Math.max(MAX_ASCII, MAX_SID));
const scratch = new DataView(scratchBytes.buffer, scratchBytes.byteOffset, scratchBytes.length);

/** What has been written into `scratch` up to `end`; undefined when that is nothing. */
function written(end: number): string | undefined {
  return end === 0 ? undefined : scratchBytes.toString("latin1", 0, end);
}
