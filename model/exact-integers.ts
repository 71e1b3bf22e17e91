/**
 * For `JSON.stringify`: writes a bigint as a JSON integer, with all its digits.
 *
 *     JSON.stringify({ EventRecordID: 9007199254740993n }, exactIntegers) // {"EventRecordID":9007199254740993}
 */
export function exactIntegers(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? JSON.rawJSON(String(value)) : value;
}

declare global {
  interface JSON {
    /** ECMAScript proposal "JSON.parse source text access", in Node since 21. */
    rawJSON(text: string): unknown;
  }
}
