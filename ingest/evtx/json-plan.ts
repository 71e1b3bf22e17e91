import { exactIntegers } from "../../model/exact-integers.ts";
import { type AttributeNode, type ElementNode, entityText, type Node } from "./node.ts";
import type { EvtxRecord } from "./record.ts";
import { ARRAY, TYPE } from "./value.ts";
import type { Values } from "./values.ts";
import { expand, isAbsent } from "./walk.ts";

/** What an element or attribute contains: literal texts, and values by their index. */
export type Content = readonly (string | number)[];

export type JsonMembers = Map<string, JsonMember>;

/** What stands under one key of the JSON object. */
export type JsonMember =
  /** `text`: what goes under `#text`. */
  | { readonly kind: "object"; readonly members: JsonMembers; readonly text: Content }
  | { readonly kind: "content"; readonly as: "value" | "element" | "named"; readonly content: Content }
  | { readonly kind: "known"; readonly json: string }
  /** The unnamed `<Data>`, in their order. */
  | { readonly kind: "data"; readonly items: Content[] };

/**
 * The JSON object that a record becomes, with its values left open. `reusable` is false when the object's keys depend on what the values are,
 * and not only on their types.
 */
export function planJson(record: EvtxRecord): { readonly members: JsonMembers; readonly reusable: boolean } {
  const planner = new Planner(record.values);
  const members: JsonMembers = new Map();
  planner.elements(members, record.root, 0);
  return { members, reusable: planner.reusable };
}

class Planner {
  reusable = true;
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  /** Adds the child elements to `into` and returns the text between them. */
  elements(into: JsonMembers, nodes: readonly Node[], base: number): Content {
    const content: (string | number)[] = [];
    const addText = (text: string) => {
      const last = content.at(-1);
      if (typeof last === "string") content[content.length - 1] = last + text;
      else content.push(text);
    };
    for (const { node, base: at } of expand(nodes, base, this.#values)) {
      switch (node.kind) {
        case "element":
          this.#element(into, node, at);
          break;
        case "substitution":
          if (this.#values.type(at + node.index) !== TYPE.null) content.push(at + node.index);
          break;
        case "text":
        case "cdata":
          addText(node.text);
          break;
        case "entity":
          addText(entityText(node.name));
          break;
        case "instruction":
          break;
      }
    }
    return content;
  }

  #element(into: JsonMembers, element: ElementNode, base: number): void {
    const attributes = this.#attributes(element.attributes, base);
    const dataName = element.name === "Data" ? this.#text(attributes.get("Name")) : undefined;
    if (dataName !== undefined) {
      const content = this.elements(new Map(), element.children, base);
      into.set(freeName(into, dataName), { kind: "content", as: "named", content });
      return;
    }
    const members: JsonMembers = new Map();
    if (attributes.size > 0) members.set("#attributes", { kind: "object", members: attributes, text: [] });
    const content = this.elements(members, element.children, base);
    if (members.size > 0) into.set(freeName(into, element.name), { kind: "object", members, text: content });
    else if (element.name === "Data") addUnnamedData(into, content);
    else this.#bareElement(into, element.name, content);
  }

  /** A list stands for as many elements. */
  #bareElement(into: JsonMembers, name: string, content: Content): void {
    const [only] = content;
    const list =
      content.length === 1 && typeof only === "number" && this.#values.type(only) & ARRAY
        ? this.#values.decode(only)
        : undefined;
    if (!Array.isArray(list)) {
      into.set(freeName(into, name), { kind: "content", as: "element", content });
      return;
    }
    this.reusable = false;
    for (const one of list.length > 0 ? list : [null])
      into.set(freeName(into, name), {
        kind: "known",
        json: JSON.stringify(one === "" ? null : one, exactIntegers),
      });
  }

  #attributes(attributes: readonly AttributeNode[], base: number): JsonMembers {
    const found: JsonMembers = new Map();
    for (const { name, value } of attributes)
      if (!isAbsent(value, base, this.#values))
        found.set(freeName(found, name), {
          kind: "content",
          as: "value",
          content: this.elements(new Map(), value, base),
        });
    return found;
  }

  /** The text of an attribute; undefined when there is none, or no text. */
  #text(attribute: JsonMember | undefined): string | undefined {
    if (attribute?.kind !== "content" || attribute.content.length === 0) return undefined;
    const parts = attribute.content.map((part) => {
      if (typeof part === "string") return part;
      this.reusable = false;
      return this.#values.decode(part);
    });
    const [only] = parts;
    if (parts.length === 1) return typeof only === "string" ? only : undefined;
    return parts.flat().join("");
  }
}

/** Unnamed `<Data>` keep their order in one list. */
function addUnnamedData(into: JsonMembers, content: Content): void {
  const known = into.get("Data");
  if (known?.kind === "data") known.items.push(content);
  else into.set(freeName(into, "Data"), { kind: "data", items: [content] });
}

/** The first of `name`, `name_1`, `name_2` … that is free. Found by doubling and halving: a hostile record has any number of them. */
function freeName(members: JsonMembers, name: string): string {
  if (!members.has(name)) return name;
  let step = 1;
  while (members.has(`${name}_${step}`)) step *= 2;
  let taken = step >> 1;
  for (let free = step; free - taken > 1; ) {
    const middle = (taken + free) >> 1;
    if (members.has(`${name}_${middle}`)) taken = middle;
    else free = middle;
  }
  return `${name}_${taken + 1}`;
}
