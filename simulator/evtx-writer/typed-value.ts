import type { Ticks } from "../../model/ticks.ts";

/** One value of an event, with the type that its provider's manifest gives it. */
export type TypedValue =
  | { readonly type: "null" }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: IntegerType; readonly value: number }
  | { readonly type: LongType; readonly value: bigint }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "binary"; readonly value: Uint8Array }
  /** Hex digits with or without braces and dashes, as Windows prints it. */
  | { readonly type: "guid"; readonly value: string }
  /** `S-1-5-18` */
  | { readonly type: "sid"; readonly value: string }
  | { readonly type: "filetime"; readonly value: Ticks };

type IntegerType = "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32" | "hex32";
type LongType = "int64" | "uint64" | "hex64";

/** The value types of binary XML ([MS-EVEN6] 2.2.18); an array has 0x80 added. */
export const TYPE_CODES: Readonly<Record<TypedValue["type"], number>> = {
  null: 0x00,
  string: 0x01,
  int8: 0x03,
  uint8: 0x04,
  int16: 0x05,
  uint16: 0x06,
  int32: 0x07,
  uint32: 0x08,
  int64: 0x09,
  uint64: 0x0a,
  boolean: 0x0d,
  binary: 0x0e,
  guid: 0x0f,
  filetime: 0x11,
  sid: 0x13,
  hex32: 0x14,
  hex64: 0x15,
  strings: 0x81,
};

const BYTES: Readonly<Record<IntegerType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  hex32: 4,
};

/**
 * The bytes of a value as a substitution array holds them.
 * @throws RangeError when the type cannot hold the value.
 */
export function encodeValue(value: TypedValue): Buffer {
  switch (value.type) {
    case "null":
      return Buffer.alloc(0);
    case "string":
      return Buffer.from(value.value, "utf16le");
    case "strings":
      return encodeStrings(value.value);
    case "boolean":
      return encodeInteger("uint32", value.value ? 1 : 0);
    case "binary":
      return Buffer.from(value.value);
    case "guid":
      return encodeGuid(value.value);
    case "sid":
      return encodeSid(value.value);
    case "filetime":
    case "uint64":
    case "hex64":
      return encodeLong(value.value);
    case "int64":
      return encodeLong(BigInt.asUintN(64, value.value));
    default:
      return encodeInteger(value.type, value.value);
  }
}

/** Each string ends with a NUL, so none may hold one. */
function encodeStrings(strings: readonly string[]): Buffer {
  if (strings.some((text) => text.includes("\u0000")))
    throw new RangeError("A string in an array of strings must not hold U+0000: it separates them.");
  return Buffer.from(strings.map((text) => `${text}\u0000`).join(""), "utf16le");
}

function encodeInteger(type: IntegerType, value: number): Buffer {
  const bytes = Buffer.alloc(BYTES[type]);
  if (type.startsWith("int")) bytes.writeIntLE(value, 0, bytes.length);
  else bytes.writeUIntLE(value, 0, bytes.length);
  return bytes;
}

function encodeLong(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** A GUID's first three groups are little-endian ([MS-DTYP] 2.3.4). */
function encodeGuid(text: string): Buffer {
  const digits = text.replaceAll(/[{}-]/g, "");
  if (!/^[0-9a-f]{32}$/i.test(digits)) throw new RangeError(`"${text}" is not a GUID.`);
  const bytes = Buffer.from(digits, "hex");
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/** [MS-DTYP] 2.4.2: revision, count of subauthorities, authority in 6 bytes big-endian, subauthorities little-endian. */
function encodeSid(text: string): Buffer {
  const match = /^S-1-(\d{1,15})((?:-\d{1,10}){1,15})$/.exec(text);
  if (match === null) throw new RangeError(`"${text}" is not a SID.`);
  const parts = (match[2] ?? "").slice(1).split("-").map(Number);
  const bytes = Buffer.alloc(8 + 4 * parts.length);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUIntBE(Number(match[1]), 2, 6);
  parts.forEach((part, index) => {
    bytes.writeUInt32LE(part, 8 + 4 * index);
  });
  return bytes;
}
