import { u16, u32 } from "./ascii.ts";
import { keepText, knownText } from "./text-pool.ts";
import { decodeValue, type Scalar, scalarText, TYPE } from "./value.ts";
import type { Values } from "./values.ts";

/**
 * One value as text, a list as texts; undefined for null, for what is cut short and for binary XML. It is what `decodeValue` gives,
 * without the detour over a bigint or over bytes for what a log says again and again.
 */
export function valueText(values: Values, index: number): string | readonly string[] | undefined {
  const { bytes } = values;
  const type = values.type(index);
  const at = values.offset(index);
  const size = values.size(index);
  switch (type) {
    case TYPE.null:
      return undefined;
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
    case TYPE.string:
    case TYPE.hex64:
    case TYPE.guid:
    case TYPE.sid:
      return repeatedText(values, type, at, size);
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

/** As `decodeValue`, for what comes again and again. */
function repeatedText(values: Values, type: number, at: number, size: number): string | undefined {
  const known = knownText(type, values.view, at, size);
  if (known !== undefined) return known;
  const text = decodeValue(values.bytes, type, at, size);
  if (typeof text !== "string") return undefined;
  keepText(type, values.view, at, size, text);
  return text;
}
