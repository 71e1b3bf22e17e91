import { UnreadableError } from "./unreadable-error.ts";

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

/** Thrown where a number is met that `JSON.parse` has rounded: the message is to be parsed again, from `withRoundedQuoted`. */
export const ROUNDED = Symbol("a number was rounded");

/** @throws UnreadableError when the text is not one JSON object */
export function parseObject(text: string): JsonObject {
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UnreadableError("malformed", "It is not JSON.");
  }
  const found = objectOf(parsed);
  if (found === undefined) throw new UnreadableError("unknown-format", "It is JSON, but not an object.");
  return found;
}

/** The same JSON with quotes around each number that a double cannot hold, so that its digits are kept. The text must be sound JSON. */
export function withRoundedQuoted(text: string): string {
  let result = "";
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('"', at);
    const end = open === -1 ? text.length : open;
    // Between most strings there is but a colon or a comma.
    const between = end - at < 4 ? "" : text.slice(at, end);
    const quoted = between.replace(NUMBER, quoteRounded);
    if (quoted !== between) {
      result += text.slice(copied, at) + quoted;
      copied = end;
    }
    at = open === -1 ? end : endOfString(text, open);
  }
  return result + text.slice(copied);
}

const NUMBER = /-?\d[\d.eE+-]*/g;

function quoteRounded(number: string): string {
  return isRounded(Number(number)) ? `"${number}"` : number;
}

/** The position behind the quote that ends the string that begins at `open`. */
export function endOfString(text: string, open: number): number {
  for (let quote = text.indexOf('"', open + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return text.length;
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
  return Math.abs(value) > Number.MAX_SAFE_INTEGER;
}
