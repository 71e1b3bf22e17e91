import { WRITE_MARGIN } from "./bytes.ts";

/**
 * Values whose text is ASCII, written as bytes: no string is made on the way. Each function writes at `at`, returns where it ended, and
 * trusts its caller that the value is whole and that there is room (`MAX_ASCII` bytes, but for a SID).
 */

export const MAX_ASCII = 48;
const ZERO = 0x30;
const DASH = 0x2d;
/** The two digits of each byte and of each number below 100, the first one in the lower half. */
const LOWER = pairs(16, "0123456789abcdef");
const UPPER = pairs(16, "0123456789ABCDEF");
const DECIMAL = pairs(10, "0123456789");

function pairs(radix: number, digits: string): Uint16Array {
  const pair = (value: number) => digits.charCodeAt((value / radix) | 0) | (digits.charCodeAt(value % radix) << 8);
  return Uint16Array.from({ length: radix * radix }, (_, value) => pair(value));
}

export function u16(bytes: Uint8Array, from: number): number {
  return (bytes[from] ?? 0) | ((bytes[from + 1] ?? 0) << 8);
}

export function u32(bytes: Uint8Array, from: number): number {
  return i32(bytes, from) >>> 0;
}

function i32(bytes: Uint8Array, from: number): number {
  return u16(bytes, from) | (u16(bytes, from + 2) << 16);
}

/** A whole number from 0 to 2^53. */
export function putUnsigned(out: DataView, at: number, value: number): number {
  if (value > 0x7fffffff) return putLarge(out, at, value);
  return putDigits(out, at, value, countDigits(value));
}

function countDigits(value: number): number {
  if (value < 100) return value < 10 ? 1 : 2;
  if (value < 10_000) return value < 1000 ? 3 : 4;
  let digits = 5;
  for (let rest = (value / 100_000) | 0; rest > 0; rest = (rest / 10) | 0) digits++;
  return digits;
}

/** What 32 bits do not hold. */
function putLarge(out: DataView, at: number, value: number): number {
  const billions = Math.floor(value / 1e9);
  return putDigits(out, putUnsigned(out, at, billions), value - billions * 1e9, 9);
}

/** `value` is below 2^31 and has at most so many digits. */
function putDigits(out: DataView, at: number, value: number, digits: number): number {
  let rest = value | 0;
  let to = at + digits;
  while (to > at + 1) {
    const hundreds = (rest / 100) | 0;
    to -= 2;
    out.setInt16(to, DECIMAL[rest - 100 * hundreds] ?? 0, true);
    rest = hundreds;
  }
  if (to > at) out.setInt8(at, ZERO + rest);
  return at + digits;
}

/** A whole number between -2^53 and 2^53. */
export function putSigned(out: DataView, at: number, value: number): number {
  if (value >= 0) return putUnsigned(out, at, value);
  out.setInt8(at, DASH);
  return putUnsigned(out, at + 1, -value);
}

/** `0x` and as few digits as it takes; `low` and `high` are 32 bits each. */
export function putHex(out: DataView, at: number, low: number, high: number): number {
  out.setInt16(at, 0x7830, true);
  const digits = Math.max(1, high === 0 ? 8 - (Math.clz32(low) >> 2) : 16 - (Math.clz32(high) >> 2));
  let to = at + 2;
  // An odd number of them begins with the second half of a pair.
  if (digits & 1) out.setInt8(to++, (LOWER[hexByte(low, high, digits >> 1)] ?? 0) >> 8);
  for (let place = (digits >> 1) - 1; place >= 0; place--, to += 2)
    out.setInt16(to, LOWER[hexByte(low, high, place)] ?? 0, true);
  return to;
}

/** The byte that has so many below it. */
function hexByte(low: number, high: number, place: number): number {
  return (place < 4 ? low >>> (8 * place) : high >>> (8 * place - 32)) & 0xff;
}

export function putBytes(out: DataView, at: number, bytes: Uint8Array, from: number, end: number): number {
  let to = at;
  for (let i = from; i < end; i++, to += 2) out.setInt16(to, UPPER[bytes[i] ?? 0] ?? 0, true);
  return to;
}

/** Braces, and five groups of digits with dashes between them; the first three are numbers ([MS-DTYP] 2.3.4.2). */
export function putGuid(out: DataView, at: number, bytes: Uint8Array, from: number): number {
  const first = i32(bytes, from);
  const second = i32(bytes, from + 4);
  const third = i32(bytes, from + 8);
  const fourth = i32(bytes, from + 12);
  out.setInt8(at, 0x7b);
  putPairs(out, at + 1, first >>> 24, first >>> 16);
  putPairs(out, at + 5, first >>> 8, first);
  out.setInt8(at + 9, DASH);
  putPairs(out, at + 10, second >>> 8, second);
  out.setInt8(at + 14, DASH);
  putPairs(out, at + 15, second >>> 24, second >>> 16);
  out.setInt8(at + 19, DASH);
  putPairs(out, at + 20, third, third >>> 8);
  out.setInt8(at + 24, DASH);
  putPairs(out, at + 25, third >>> 16, third >>> 24);
  putPairs(out, at + 29, fourth, fourth >>> 8);
  putPairs(out, at + 33, fourth >>> 16, fourth >>> 24);
  out.setInt8(at + 37, 0x7d);
  return at + 38;
}

/** The digits of two bytes, of which only the lowest eight bits count. */
function putPairs(out: DataView, at: number, first: number, second: number): void {
  out.setInt32(at, (LOWER[first & 0xff] ?? 0) | ((LOWER[second & 0xff] ?? 0) << 16), true);
}

/** Longest text of a SID: revision, authority and 255 sub-authorities. */
export const MAX_SID = 24 + 255 * 11;

/**
 * [MS-DTYP] 2.4.2.2: revision, count, authority (48 bit, big endian), sub-authorities (32 bit, little endian).
 * Returns `at` when the value is too short for what it states.
 */
export function putSid(out: DataView, at: number, bytes: Uint8Array, from: number, size: number): number {
  if (size < 8) return at;
  const count = bytes[from + 1] ?? 0;
  if (8 + 4 * count > size) return at;
  let authority = 0;
  for (let i = 2; i < 8; i++) authority = authority * 256 + (bytes[from + i] ?? 0);
  out.setInt16(at, 0x2d53, true);
  let to = putUnsigned(out, at + 2, bytes[from] ?? 0);
  out.setInt8(to, DASH);
  to = putUnsigned(out, to + 1, authority);
  for (let i = 0; i < count; i++) {
    out.setInt8(to, DASH);
    to = putUnsigned(out, to + 1, u32(bytes, from + 8 + 4 * i));
  }
  return to;
}

/** 2^32 ticks are 429 s and so many ticks of 100 ns. */
const TICKS_OF_HIGH = 4_967_296;
const SECONDS_TO_1970 = 11_644_473_600;
const SECONDS_TO_10000 = SECONDS_TO_1970 + 253_402_300_800;
/**
 * A FILETIME as ISO 8601 with seven digits of fraction, in two halves because a double does not hold it.
 * Returns `at` for a time that has no such text (after the year 9999).
 */
export function putFiletime(out: DataView, at: number, bytes: Uint8Array, from: number): number {
  const high = u32(bytes, from + 4);
  const ticks = high * TICKS_OF_HIGH + u32(bytes, from);
  const whole = Math.floor(ticks / 1e7);
  const seconds = high * 429 + whole;
  // Up to there, `ticks` is below 2^53.
  if (seconds >= SECONDS_TO_10000) return at;
  if (seconds !== lastSecond) putSecond(seconds);
  for (let i = 0; i < LAST_TEXT; i += 4) out.setInt32(at + i, lastText.getInt32(i));
  putDigits(out, at + LAST_TEXT, ticks - whole * 1e7, 7);
  out.setInt8(at + LAST_TEXT + 7, 0x5a);
  return at + LAST_TEXT + 8;
}

/** The second that was written last, and its text: what stands together in a log is often of one second. */
let lastSecond = -1;
const LAST_TEXT = 20;
const lastText = new DataView(new ArrayBuffer(LAST_TEXT + WRITE_MARGIN));
for (const [i, character] of Buffer.from("0000-00-00T00:00:00.").entries()) lastText.setUint8(i, character);

function putSecond(seconds: number): void {
  lastSecond = seconds;
  putDate(lastText, 0, Math.floor(seconds / 86_400));
  const ofDay = seconds % 86_400;
  putDigits(lastText, 11, (ofDay / 3600) | 0, 2);
  putDigits(lastText, 14, ((ofDay / 60) | 0) % 60, 2);
  putDigits(lastText, 17, ofDay % 60, 2);
}

/**
 * The date so many days after 1601-01-01. 1600 begins a cycle of 400 years; counted from its March on, the leap day comes last, and the
 * months' lengths follow a straight line (153 days in five months).
 */
function putDate(out: DataView, at: number, days: number): void {
  const sinceMarch = days + 306;
  const century = ((4 * sinceMarch + 3) / 146_097) | 0;
  const ofCentury = sinceMarch - ((146_097 * century) >> 2);
  const yearOfCentury = ((4 * ofCentury + 3) / 1461) | 0;
  const ofYear = ofCentury - ((1461 * yearOfCentury) >> 2);
  const month = ((5 * ofYear + 2) / 153) | 0;
  const year = 1600 + 100 * century + yearOfCentury + (month < 10 ? 0 : 1);
  putDigits(out, at, year, 4);
  out.setInt8(at + 4, DASH);
  putDigits(out, at + 5, month < 10 ? month + 3 : month - 9, 2);
  out.setInt8(at + 7, DASH);
  putDigits(out, at + 8, ofYear - (((153 * month + 2) / 5) | 0) + 1, 2);
}
