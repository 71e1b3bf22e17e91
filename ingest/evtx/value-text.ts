import { u16, u32 } from "./ascii.ts";
import { keepText, knownText } from "./text-pool.ts";
import { decodeValue, type Scalar, scalarText, TYPE } from "./value.ts";
import type { Values } from "./values.ts";

type Text = string | readonly string[] | undefined;

/**
 * One value as text, a list as texts; undefined for null, for what is cut short and for binary XML. It is what `decodeValue` gives,
 * without the detour over a bigint or over bytes for what a log says again and again.
 */
export function valueText(values: Values, index: number): Text {
  const type = values.type(index);
  return (READERS[type] ?? anyText)(values, type, values.offset(index), values.size(index));
}

/** A function a type, looked up: one function for all is large, and is compiled anew for each type that a log has later than others. */
type Reader = (values: Values, type: number, at: number, size: number) => Text;

const READERS: Reader[] = new Array(0x100).fill(anyText);
READERS[TYPE.null] = () => undefined;
READERS[TYPE.uint8] = ({ bytes }, _, at, size) => (size < 1 ? undefined : smallText(bytes[at] ?? 0));
READERS[TYPE.uint16] = ({ bytes }, _, at, size) => (size < 2 ? undefined : smallText(u16(bytes, at)));
READERS[TYPE.uint32] = ({ bytes }, _, at, size) => (size < 4 ? undefined : unsignedText(u32(bytes, at)));
READERS[TYPE.uint64] = (values, type, at, size) => {
  const high = size < 8 ? NOT_EXACT : u32(values.bytes, at + 4);
  return high < NOT_EXACT
    ? unsignedText(high * 0x1_0000_0000 + u32(values.bytes, at))
    : anyText(values, type, at, size);
};
for (const type of [TYPE.string, TYPE.hex64, TYPE.guid, TYPE.sid]) READERS[type] = repeatedText;

/** Of 64 bits the higher half, where a double does not hold them all. */
const NOT_EXACT = 0x200000;

function anyText({ bytes }: Values, type: number, at: number, size: number): Text {
  const value = decodeValue(bytes, type, at, size);
  if (value === undefined) return undefined;
  return Array.isArray(value) ? Array.from(value, scalarText) : scalarText(value as Scalar);
}

/** Numbers below it have their text kept: ids of events and processes, levels, ports. */
const SMALL = 0x10000;
const small: (string | undefined)[] = new Array(SMALL).fill(undefined);

function unsignedText(value: number): string {
  return value < SMALL ? smallText(value) : String(value);
}

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
