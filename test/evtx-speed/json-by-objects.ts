import { entityText, type Node } from "../../ingest/evtx/node.ts";
import type { EvtxRecord } from "../../ingest/evtx/record.ts";
import { type Scalar, scalarText } from "../../ingest/evtx/value.ts";
import type { Values } from "../../ingest/evtx/values.ts";
import { expand, isAbsent } from "../../ingest/evtx/walk.ts";
import { exactIntegers } from "../../model/exact-integers.ts";

export type JsonValue = string | number | boolean | bigint | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  [name: string]: JsonValue;
}

/**
 * One record as a line of JSON, in the shape that the Rust `evtx_dump -o jsonl` prints: `{"Event":{"System":{…},"EventData":{…}}}`.
 * Attributes stand under `#attributes`, text beside them under `#text`; `<Data Name="x">` is the key `x`; a name that comes again gets `_1`, `_2` ….
 */
export function jsonByObjects(record: EvtxRecord): string {
  const top = emptyObject();
  addElements(top, record.root, 0, record.values);
  return JSON.stringify(top, exactIntegers);
}

/** Adds the child elements to `into` and returns the text between them. */
function addElements(into: JsonObject, nodes: readonly Node[], base: number, values: Values): JsonValue {
  const texts: JsonValue[] = [];
  for (const { node, base: at } of expand(nodes, base, values)) {
    switch (node.kind) {
      case "element": {
        const attributes = attributesOf(node.attributes, at, values);
        const name = node.name === "Data" ? attributes?.Name : undefined;
        if (typeof name === "string") addNamedData(into, name, addElements(emptyObject(), node.children, at, values));
        else addElement(into, node.name, attributes, node.children, at, values);
        break;
      }
      case "substitution": {
        const value = values.decode(at + node.index);
        if (value !== undefined) texts.push(value as JsonValue);
        break;
      }
      case "text":
      case "cdata":
        texts.push(node.text);
        break;
      case "entity":
        texts.push(entityText(node.name));
        break;
      case "instruction":
        break;
    }
  }
  if (texts.length === 0) return null;
  return texts.length === 1
    ? (texts[0] ?? null)
    : texts
        .flat()
        .map((text) => scalarText(text as Scalar))
        .join("");
}

function addElement(
  into: JsonObject,
  name: string,
  attributes: JsonObject | undefined,
  children: readonly Node[],
  base: number,
  values: Values,
): void {
  const object = emptyObject();
  if (attributes !== undefined) object["#attributes"] = attributes;
  const text = addElements(object, children, base, values);
  const isBare = Object.keys(object).length === 0;
  // A list stands for as many elements.
  for (const one of isBare && isList(text) && text.length > 0 ? text : [text]) {
    if (isBare && name === "Data") addUnnamedData(into, one);
    else if (isBare) into[freeName(into, name)] = one === "" || isList(one) ? null : one;
    else into[freeName(into, name)] = one === null || one === "" ? object : { ...object, "#text": one };
  }
}

function addNamedData(into: JsonObject, name: string, text: JsonValue): void {
  into[freeName(into, name)] = isList(text) && text.length <= 1 ? (text[0] ?? null) : text;
}

/** Unnamed `<Data>` keep their order in one list. */
function addUnnamedData(into: JsonObject, text: JsonValue): void {
  const known = into.Data;
  if (known === undefined) into.Data = { "#text": text };
  else if (isObject(known)) {
    const before = known["#text"] ?? "";
    if (isGrowing(before)) before.push(text ?? "");
    else known["#text"] = [before, text ?? ""];
  }
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** A list of `Data` that this file has begun; a value that is itself a list never stands there. */
function isGrowing(value: JsonValue): value is JsonValue[] {
  return isList(value);
}

/** Without a prototype: a log may well have a field that is called `constructor`, or `__proto__`. */
function emptyObject(): JsonObject {
  return Object.create(null) as JsonObject;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

function attributesOf(
  attributes: readonly { name: string; value: readonly Node[] }[],
  base: number,
  values: Values,
): JsonObject | undefined {
  let found: JsonObject | undefined;
  for (const { name, value } of attributes) {
    if (isAbsent(value, base, values)) continue;
    found ??= emptyObject();
    found[name] = addElements(emptyObject(), value, base, values);
  }
  return found;
}

/** The first of `name`, `name_1`, `name_2` … that is free. Found by doubling and halving: a hostile record has any number of them. */
function freeName(object: JsonObject, name: string): string {
  if (!(name in object)) return name;
  let step = 1;
  while (`${name}_${step}` in object) step *= 2;
  let taken = step >> 1;
  for (let free = step; free - taken > 1; ) {
    const middle = (taken + free) >> 1;
    if (`${name}_${middle}` in object) taken = middle;
    else free = middle;
  }
  return `${name}_${taken + 1}`;
}
