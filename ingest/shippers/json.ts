import { UnreadableError } from "./unreadable-error.ts";

export type JsonValue = string | number | bigint | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

/** Thrown where a number is met whose last digits `JSON.parse` has rounded away: the message is to be parsed again, with `parseExactly`. */
export const ROUNDED = Symbol("a number was rounded");

/** @throws UnreadableError when the text is not one JSON object */
export function parseQuickly(text: string): JsonObject {
  return parse(text, undefined);
}

/** As `parseQuickly`, but gives integers that a double cannot hold as `bigint`, at three times the cost. */
export function parseExactly(text: string): JsonObject {
  return parse(text, exactly);
}

/** `source` is the number as it stands in the text (ECMAScript proposal "JSON.parse source text access", in Node since 21). */
function exactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || !isRounded(value)) return value;
  const source = context?.source ?? "";
  return /^-?\d{1,20}$/.test(source) ? BigInt(source) : String(value);
}

function parse(text: string, reviver: typeof exactly | undefined): JsonObject {
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(text, reviver);
  } catch {
    throw new UnreadableError("malformed", "It is not JSON.");
  }
  const found = objectOf(parsed);
  if (found === undefined) throw new UnreadableError("unknown-format", "It is JSON, but not an object.");
  return found;
}

export function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !isList(value) ? value : undefined;
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** A value as an event has it: numbers and truths in words; undefined for null and for what is no scalar. */
export function textOf(value: JsonValue | undefined): string | undefined {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      if (isRounded(value)) throw ROUNDED;
      return String(value);
    case "bigint":
    case "boolean":
      return String(value);
    default:
      return undefined;
  }
}

/** As `textOf`; empty text, which some shippers write for what an event has not, is undefined too. */
export function filledText(value: JsonValue | undefined): string | undefined {
  const text = textOf(value);
  return text === "" ? undefined : text;
}

function isRounded(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}
