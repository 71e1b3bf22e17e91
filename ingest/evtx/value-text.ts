import { u16, u32 } from "./ascii.ts";
import { utf16UntilNul } from "./text-pool.ts";
import { decodeValue, type Scalar, scalarText, TYPE } from "./value.ts";

/**
 * One value as text, a list as texts; undefined for null, for what is cut short and for binary XML. It is what `decodeValue` gives,
 * without the detour over a bigint or over bytes for what a log says again and again.
 */
export function valueText(
  bytes: Buffer,
  type: number,
  at: number,
  size: number,
): string | readonly string[] | undefined {
  switch (type) {
    case TYPE.null:
      return undefined;
    case TYPE.string:
      return utf16UntilNul(bytes, at, size);
    case TYPE.uint8:
      return size < 1 ? undefined : smallText(bytes[at] ?? 0);
    case TYPE.uint16:
      return size < 2 ? undefined : smallText(u16(bytes, at));
    case TYPE.uint32: {
      const value = size < 4 ? -1 : u32(bytes, at);
      if (value >= 0 && value < SMALL) return smallText(value);
      break;
    }
    case TYPE.uint64: {
      const high = size < 8 ? 0x200000 : u32(bytes, at + 4);
      if (high < 0x200000) return String(high * 0x1_0000_0000 + u32(bytes, at));
      break;
    }
    case TYPE.hex64:
    case TYPE.guid:
    case TYPE.sid:
      return repeatedText(bytes, type, at, size);
  }
  const value = decodeValue(bytes, type, at, size);
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.map(scalarText) : scalarText(value as Scalar);
}

/** Numbers below it have their text kept: ids of events and processes, levels, ports. */
const SMALL = 0x10000;
const small: (string | undefined)[] = new Array(SMALL).fill(undefined);

function smallText(value: number): string {
  let text = small[value];
  if (text === undefined) {
    text = String(value);
    small[value] = text;
  }
  return text;
}

interface Known {
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Values of at most so many bytes are looked up. */
const LONGEST = 68;
const SLOTS = 4_096;
/** The value that each slot has seen last. */
const pool: (Known | undefined)[] = new Array(SLOTS).fill(undefined);

function repeatedText(bytes: Buffer, type: number, at: number, size: number): string | undefined {
  const slot = slotOf(bytes, at, size);
  const known = pool[slot];
  if (known !== undefined && known.type === type && isSame(known.bytes, bytes, at, size)) return known.text;
  const text = decodeValue(bytes, type, at, size);
  if (typeof text !== "string") return undefined;
  if (size <= LONGEST) pool[slot] = { type, bytes: new Uint8Array(bytes.subarray(at, at + size)), text };
  return text;
}

/** By the size, the first byte and two of the last four, which tell accounts of one domain apart. */
function slotOf(bytes: Buffer, at: number, size: number): number {
  const end = at + size;
  return (size + 37 * (bytes[at] ?? 0) + 331 * (bytes[end - 4] ?? 0) + 1109 * (bytes[end - 1] ?? 0)) % SLOTS;
}

function isSame(known: Uint8Array, bytes: Buffer, at: number, size: number): boolean {
  if (known.length !== size) return false;
  for (let i = 0; i < size; i++) if (known[i] !== bytes[at + i]) return false;
  return true;
}
