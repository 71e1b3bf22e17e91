import { tokens } from "../embedded/tokens.ts";
import { Exception } from "./exception.ts";

/** Where a column of the format Native has been read to. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

/** Moves a cursor behind the values of a column. */
export interface ColumnReader {
  /** What stands once before all values: LowCardinality's version. */
  skipPrefix(cursor: Cursor): void;
  skipValues(cursor: Cursor, rows: number): void;
}

/**
 * How the values of a type stand in the format Native: ClickHouse's binary bulk serialization (its src/DataTypes/Serializations).
 * @throws Exception for the types whose values only the engine can tell the length of (JSON, Dynamic, Variant, AggregateFunction …).
 */
export function columnReader(type: string): ColumnReader {
  const [, name = "", list] = /^(\w+)(?:\(([\s\S]*)\))?$/.exec(type.trim()) ?? [];
  const inner = list === undefined ? [] : elements(list);
  const [first = ""] = inner;
  if (name === "String") return STRING;
  if (name === "Nullable") return sequence([fixed(1), columnReader(first)]);
  if (name === "Array") return array(columnReader(first));
  if (name === "Map") return array(sequence(inner.map(columnReader)));
  if (name === "Tuple") return inner.length === 0 ? fixed(1) : sequence(inner.map(namedReader));
  if (name === "Nested") return array(sequence(inner.map(namedReader)));
  if (name === "LowCardinality") return lowCardinality(columnReader(first.replace(/^Nullable\(([\s\S]*)\)$/, "$1")));
  if (name === "SimpleAggregateFunction") return columnReader(inner[1] ?? "");
  if (name === "FixedString") return fixed(Number(first));
  if (name === "Decimal") return fixed(decimalBytes(Number(first)));
  const bytes = name.startsWith("Interval") ? 8 : BYTES[name];
  if (bytes === undefined)
    throw new Exception(
      "NOT_IMPLEMENTED",
      `${type} is not supported in the format Native: cast it, or ask for another format.`,
    );
  return fixed(bytes);
}

const BYTES: Readonly<Record<string, number>> = {
  ...{ Nothing: 1, Bool: 1, Int8: 1, UInt8: 1, Enum8: 1 },
  ...{ Int16: 2, UInt16: 2, Enum16: 2, Date: 2, BFloat16: 2 },
  ...{ Int32: 4, UInt32: 4, Float32: 4, Date32: 4, DateTime: 4, Time: 4, IPv4: 4 },
  ...{ Int64: 8, UInt64: 8, Float64: 8, DateTime64: 8, Time64: 8 },
  ...{ Int128: 16, UInt128: 16, UUID: 16, IPv6: 16, Int256: 32, UInt256: 32 },
};

function decimalBytes(precision: number): number {
  return precision <= 9 ? 4 : precision <= 18 ? 8 : precision <= 38 ? 16 : 32;
}

function fixed(bytes: number): ColumnReader {
  return {
    skipPrefix: () => undefined,
    skipValues: (cursor, rows) => {
      cursor.at += rows * bytes;
    },
  };
}

const STRING: ColumnReader = {
  skipPrefix: () => undefined,
  skipValues: (cursor, rows) => {
    for (let row = 0; row < rows; row++) {
      const length = readVarint(cursor);
      cursor.at += length;
    }
  },
};

function sequence(parts: readonly ColumnReader[]): ColumnReader {
  return {
    skipPrefix: (cursor) => {
      for (const part of parts) part.skipPrefix(cursor);
    },
    skipValues: (cursor, rows) => {
      for (const part of parts) part.skipValues(cursor, rows);
    },
  };
}

/** Where each row's values end, then all values. */
function array(values: ColumnReader): ColumnReader {
  return {
    skipPrefix: (cursor) => values.skipPrefix(cursor),
    skipValues: (cursor, rows) => {
      if (rows === 0) return;
      cursor.at += (rows - 1) * 8;
      values.skipValues(cursor, readCount(cursor));
    },
  };
}

/** A dictionary, and each row's place in it, in as many bytes as the flags say. */
function lowCardinality(values: ColumnReader): ColumnReader {
  return {
    skipPrefix: (cursor) => {
      cursor.at += 8;
    },
    skipValues: (cursor, rows) => {
      if (rows === 0) return;
      const flags = readCount(cursor);
      values.skipValues(cursor, readCount(cursor));
      cursor.at += 8 + rows * (1 << (flags & 3));
    },
  };
}

function readCount(cursor: Cursor): number {
  const count = Number(cursor.bytes.readBigUInt64LE(cursor.at));
  cursor.at += 8;
  return count;
}

export function readVarint(cursor: Cursor): number {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = cursor.bytes.readUInt8(cursor.at++);
    value += (byte & 127) * factor;
    if (byte < 128) return value;
  }
}

/** The elements of a list with commas, as types and their arguments are written. */
function elements(list: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { text, start, end } of tokens(list)) {
    if (text === "(") depth++;
    if (text === ")") depth--;
    if (text !== "," || depth > 0) continue;
    found.push(list.slice(from, start).trim());
    from = end;
  }
  const last = list.slice(from).trim();
  return last === "" ? found : [...found, last];
}

/** An element of a tuple may have a name before its type. */
function namedReader(element: string): ColumnReader {
  const [name, type] = tokens(element);
  const hasName = name !== undefined && type !== undefined && type.text !== "(";
  return columnReader(hasName ? element.slice(type.start) : element);
}
