import type { ValueList } from "./values.ts";

/** Where the values of a field are: one column of the table, or a list of texts. */
export type FieldSource =
  | { readonly kind: "column"; readonly text: string; readonly number: string | undefined; readonly present: string }
  | { readonly kind: "list"; readonly list: string };

/** The fields that `events` has columns for. A text that is empty is one that the event has not; the numbers every event has. */
const COLUMNS: ReadonlyMap<string, FieldSource> = new Map([
  ["computer", textColumn("Computer")],
  ["channel", textColumn("Channel")],
  ["provider_name", textColumn("Provider")],
  ["eventid", numberColumn("EventID")],
  ["eventrecordid", numberColumn("EventRecordID")],
  ["timecreated", { kind: "column", text: "time", number: undefined, present: "1" }],
]);

function textColumn(name: string): FieldSource {
  return { kind: "column", text: name, number: undefined, present: `${name} != ''` };
}

function numberColumn(name: string): FieldSource {
  return { kind: "column", text: `toString(${name})`, number: name, present: "1" };
}

export function fieldSource(field: string, values: ValueList): FieldSource {
  const name = field.toLowerCase();
  return COLUMNS.get(name) ?? { kind: "list", list: `field(${values.text(name)})` };
}

/** Whether a field has a column of its own, which a hunt shows anyway. */
export function isColumn(field: string): boolean {
  return COLUMNS.has(field.toLowerCase());
}

/**
 * What statements call by name, each in terms of those before it:
 *
 * - `field('image')` gives all values of a field, whatever the case of its name. A field that comes more than once is stored as `Data1`, `Data2` …,
 *   an unnamed `<Data>` that is alone as `Data` (storage/event-rows.ts); `data1` is the first of them, as in a rule,
 *   and `computername` the computer.
 * - `number(v)` is what a text means as a number, decimal or `0x` hexadecimal; not a number, which compares with nothing, when it is none.
 * - `time` is TimeCreated as events have it, `everything` all values of all fields.
 */
const DEFINITIONS: Readonly<Record<string, string>> = {
  names: "arrayMap(name -> lowerUTF8(name), mapKeys(fields))",
  texts: "mapValues(fields)",
  field: `(name -> multiIf(
      has(names, name), arrayFilter((v, key) -> key = name, texts, names),
      has(names, concat(name, '1')) AND has(names, concat(name, '2')),
        arrayFilter((v, key) -> startsWith(key, name) AND match(substring(key, length(name) + 1), '^[1-9][0-9]*$'), texts, names),
      name = 'data1', arrayFilter((v, key) -> key = 'data', texts, names),
      name = 'computername', arrayFilter(v -> v != '', [Computer]),
      []))`,
  number: `(v -> multiIf(
      match(v, '^[+-]?[0-9]{1,30}([.][0-9]{1,30})?$'), toFloat64OrDefault(v, nan),
      match(v, '^0[xX][0-9a-fA-F]{1,16}$'), toFloat64(reinterpretAsUInt64(reverse(unhex(leftPad(substring(v, 3), 16, '0'))))),
      nan))`,
  time: "concat(replaceOne(toString(TimeCreated), ' ', 'T'), 'Z')",
  everything: "arrayConcat(texts, [Computer, Channel, Provider, toString(EventID), toString(EventRecordID), time])",
};

const NEEDS: Readonly<Record<string, readonly string[]>> = {
  field: ["names", "texts"],
  everything: ["texts", "time"],
};

/** The `WITH` of a statement: what the given SQL calls by name, and what that needs. Empty when it calls nothing. */
export function definitionsFor(sql: string): string {
  const called = Object.keys(DEFINITIONS).filter((name) => new RegExp(`(?<![\\w'])${name}(?![\\w'])`).test(sql));
  const needed = new Set([...called, ...called.flatMap((name) => NEEDS[name] ?? [])]);
  const lines = Object.entries(DEFINITIONS).flatMap(([name, definition]) =>
    needed.has(name) ? [`  ${definition} AS ${name}`] : [],
  );
  return lines.length === 0 ? "" : `WITH\n${lines.join(",\n")}\n`;
}
