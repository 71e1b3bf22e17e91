/**
 * Values whose text is ASCII, written as bytes: no string is made on the way. Each function writes at `at`, returns where it ended, and
 * trusts its caller that the value is whole and that there is room (`MAX_ASCII` bytes, but for a SID).
 */

export const MAX_ASCII = 48;
const ZERO = 0x30;
const DASH = 0x2d;
const LOWER = Buffer.from("0123456789abcdef");
const UPPER = Buffer.from("0123456789ABCDEF");

export function u16(bytes: Uint8Array, from: number): number {
  return (bytes[from] ?? 0) | ((bytes[from + 1] ?? 0) << 8);
}

export function u32(bytes: Uint8Array, from: number): number {
  return (u16(bytes, from) | (u16(bytes, from + 2) << 16)) >>> 0;
}

/** A whole number from 0 to 2^53. */
export function putUnsigned(out: Uint8Array, at: number, value: number): number {
  let digits = 1;
  for (let power = 10; power <= value; power *= 10) digits++;
  return putDigits(out, at, value, digits);
}

function putDigits(out: Uint8Array, at: number, value: number, digits: number): number {
  let rest = value;
  let to = at + digits;
  for (; rest > 0x7fffffff; rest = Math.floor(rest / 10)) out[--to] = ZERO + (rest % 10);
  for (let small = rest | 0; to > at; small = (small / 10) | 0) out[--to] = ZERO + (small % 10);
  return at + digits;
}

/** A whole number between -2^53 and 2^53. */
export function putSigned(out: Uint8Array, at: number, value: number): number {
  if (value >= 0) return putUnsigned(out, at, value);
  out[at] = DASH;
  return putUnsigned(out, at + 1, -value);
}

/** `0x` and as few digits as it takes; `low` and `high` are 32 bits each. */
export function putHex(out: Uint8Array, at: number, low: number, high: number): number {
  out[at] = ZERO;
  out[at + 1] = 0x78;
  let digits = 1;
  if (high !== 0) digits = 16 - (Math.clz32(high) >> 2);
  else if (low !== 0) digits = 8 - (Math.clz32(low) >> 2);
  for (let i = 0; i < digits; i++) {
    const shift = 4 * (digits - 1 - i);
    out[at + 2 + i] = LOWER[(shift >= 32 ? high >>> (shift - 32) : low >>> shift) & 15] ?? 0;
  }
  return at + 2 + digits;
}

export function putBytes(out: Uint8Array, at: number, bytes: Uint8Array, from: number, end: number): number {
  let to = at;
  for (let i = from; i < end; i++) {
    const byte = bytes[i] ?? 0;
    out[to++] = UPPER[byte >> 4] ?? 0;
    out[to++] = UPPER[byte & 15] ?? 0;
  }
  return to;
}

/** The order of a GUID's bytes in its text ([MS-DTYP] 2.3.4.2); -1 is a dash. */
const GUID_ORDER = Int8Array.of(3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15);

export function putGuid(out: Uint8Array, at: number, bytes: Uint8Array, from: number): number {
  let to = at;
  out[to++] = 0x7b;
  for (let i = 0; i < GUID_ORDER.length; i++) {
    const place = GUID_ORDER[i] ?? 0;
    if (place < 0) out[to++] = DASH;
    else {
      const byte = bytes[from + place] ?? 0;
      out[to++] = LOWER[byte >> 4] ?? 0;
      out[to++] = LOWER[byte & 15] ?? 0;
    }
  }
  out[to++] = 0x7d;
  return to;
}

/** Longest text of a SID: revision, authority and 255 sub-authorities. */
export const MAX_SID = 24 + 255 * 11;

/**
 * [MS-DTYP] 2.4.2.2: revision, count, authority (48 bit, big endian), sub-authorities (32 bit, little endian).
 * Returns `at` when the value is too short for what it states.
 */
export function putSid(out: Uint8Array, at: number, bytes: Uint8Array, from: number, size: number): number {
  const count = bytes[from + 1] ?? 0;
  if (size < 8 || 8 + 4 * count > size) return at;
  let authority = 0;
  for (let i = 2; i < 8; i++) authority = authority * 256 + (bytes[from + i] ?? 0);
  out[at] = 0x53;
  out[at + 1] = DASH;
  let to = putUnsigned(out, at + 2, bytes[from] ?? 0);
  out[to] = DASH;
  to = putUnsigned(out, to + 1, authority);
  for (let i = 0; i < count; i++) {
    out[to] = DASH;
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
export function putFiletime(out: Uint8Array, at: number, bytes: Uint8Array, from: number): number {
  const high = u32(bytes, from + 4);
  const ticks = high * TICKS_OF_HIGH + u32(bytes, from);
  const seconds = high * 429 + Math.floor(ticks / 10_000_000);
  // Up to there, `ticks` is below 2^53.
  if (seconds >= SECONDS_TO_10000) return at;
  if (seconds !== lastSecond) putSecond(seconds);
  for (let i = 0; i < lastText.length; i++) out[at + i] = lastText[i] ?? 0;
  putDigits(out, at + 20, ticks % 10_000_000, 7);
  out[at + 27] = 0x5a;
  return at + 28;
}

/** The second that was written last, and its text: what stands together in a log is often of one second. */
let lastSecond = -1;
const lastText = Buffer.from("0000-00-00T00:00:00.");

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
function putDate(out: Uint8Array, at: number, days: number): void {
  const sinceMarch = days + 306;
  const century = ((4 * sinceMarch + 3) / 146_097) | 0;
  const ofCentury = sinceMarch - ((146_097 * century) >> 2);
  const yearOfCentury = ((4 * ofCentury + 3) / 1461) | 0;
  const ofYear = ofCentury - ((1461 * yearOfCentury) >> 2);
  const month = ((5 * ofYear + 2) / 153) | 0;
  const year = 1600 + 100 * century + yearOfCentury + (month < 10 ? 0 : 1);
  putDigits(out, at, year, 4);
  out[at + 4] = DASH;
  putDigits(out, at + 5, month < 10 ? month + 3 : month - 9, 2);
  out[at + 7] = DASH;
  putDigits(out, at + 8, ofYear - (((153 * month + 2) / 5) | 0) + 1, 2);
}
