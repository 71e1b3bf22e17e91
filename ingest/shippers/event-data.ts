import type { EventFields } from "./event-fields.ts";
import { isList, type JsonObject, type JsonValue, objectOf, textOf } from "./json.ts";

/** Adds each entry under its name; a list is a name that comes as often. Objects within are passed over: event data has none. */
export function addNamed(fields: EventFields, data: JsonObject | undefined): void {
  if (data !== undefined) for (const name of Object.keys(data)) addData(fields, name, data[name]);
}

export function addData(fields: EventFields, name: string, value: JsonValue | undefined): void {
  if (isList(value)) for (const one of value) fields.add(name, dataText(textOf(one)));
  else fields.add(name, dataText(textOf(value)));
}

/** Adds data without names, in order; null is an empty one, for its place counts. */
export function addUnnamed(fields: EventFields, list: JsonValue | undefined): void {
  if (isList(list)) for (const one of list) fields.add("Data", dataText(textOf(one) ?? ""));
}

/**
 * Adds numbered data (`param1`, `param3`) as unnamed ones by their place; what a shipper left out in between was empty.
 * Entries of other names are named data.
 */
export function addNumbered(fields: EventFields, data: JsonObject | undefined, name: RegExp): void {
  if (data === undefined) return;
  const placed: string[] = [];
  for (const key of Object.keys(data)) {
    const place = Number(name.exec(key)?.[1] ?? 0);
    if (place === 0 || objectOf(data[key]) !== undefined || isList(data[key])) continue;
    placed[place - 1] = textOf(data[key]) ?? "";
  }
  for (const text of Array.from(placed)) fields.add("Data", dataText(text ?? ""));
  for (const key of Object.keys(data)) if (!name.test(key)) addData(fields, key, data[key]);
}

/** Newer Windows prints a FILETIME with nine digits of fraction, of which it has seven: they are given as the EVTX reader gives them. */
export function dataText(text: string | undefined): string | undefined {
  if (text?.length !== 30 || !text.endsWith("00Z")) return text;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/.test(text) ? `${text.slice(0, -3)}Z` : text;
}
