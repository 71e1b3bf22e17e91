import { Shape } from "../../model/shape.ts";
import { NODE_WEIGHT } from "./expansion.ts";
import { type ElementNode, entityText, type Node } from "./node.ts";
import type { Values } from "./values.ts";
import { WeightedPool } from "./weighted-pool.ts";

/** A shape, and for each of its slots where a record of it has the value. */
export interface ShapePlan {
  readonly shape: Shape;
  readonly sources: readonly Source[];
  /** For each slot the index of the value whose text is the slot's; -1 where it is not as simple as that. */
  readonly values: Int32Array;
  /** Slot of `System/TimeCreated`, or -1. */
  readonly time: number;
}

/**
 * A slot's text: a literal, one value, or several pieces joined. One form for all three, with the fields of the others empty: what reads the slots of many
 * kinds of records is then compiled once.
 */
export interface Source {
  readonly kind: "literal" | "value" | "joined";
  readonly text: string;
  /** Among all values of the record. */
  readonly index: number;
  readonly emptyWhenNull: boolean;
  readonly parts: readonly Source[];
}

/** What a record shows of itself to be planned. */
export interface Plannable {
  readonly root: readonly Node[];
  readonly values: Values;
}

const shapes = new WeightedPool<string, Shape>();

function internShape(fields: readonly string[]): Shape {
  const key = fields.join("\u0000");
  const known = shapes.get(key);
  if (known !== undefined) return known;
  const shape = new Shape(fields);
  shapes.add(key, shape, key.length + fields.length * NODE_WEIGHT);
  return shape;
}

/** Walks a record once and notes every field's name and where its value is found. */
export function planRecord(record: Plannable): ShapePlan {
  const planner = new Planner(record.values);
  planner.top(record.root, 0);
  const { fields, sources } = planner;
  const values = Int32Array.from(sources, ({ index, emptyWhenNull }) => (emptyWhenNull ? -1 : index));
  return { shape: internShape(fields), sources, values, time: fields.indexOf("TimeCreated") };
}

/** What has been planned of a section, for records whose values begin at the same place. */
interface SectionPlan {
  readonly base: number;
  /** Values that must be no elements. */
  readonly holes: readonly number[];
  readonly fields: readonly string[];
  readonly sources: readonly Source[];
}

/** Records of many forms have their System in common. */
const sections = new WeakMap<ElementNode, SectionPlan>();

type Section = "System" | "EventData" | "RenderingInfo" | "other";

class Planner {
  readonly fields: string[] = [];
  readonly sources: Source[] = [];
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  /** `base` is where the values begin that the nodes' holes belong to. */
  top(nodes: readonly Node[], base: number): void {
    this.#each(nodes, base, (element, at) => {
      this.#each(element.children, at, (section, inner) => this.#section(section, inner));
    });
  }

  /** Calls back for each element, looking through instances and through holes filled with fragments. */
  #each(nodes: readonly Node[], base: number, found: (element: ElementNode, base: number) => void): void {
    for (const node of nodes) {
      if (node.kind === "element") found(node, base);
      else if (node.kind === "instance") this.#each(node.template.nodes, node.base, found);
      else if (node.kind === "substitution") {
        const fragment = this.#values.fragment(base + node.index);
        if (fragment !== undefined) this.#each(fragment, base, found);
      }
    }
  }

  #section(element: ElementNode, base: number): void {
    const known = sections.get(element);
    if (known?.base === base && this.#areFlat(known.holes)) {
      this.fields.push(...known.fields);
      this.sources.push(...known.sources);
      return;
    }
    const from = this.fields.length;
    const kind: Section =
      element.name === "System" || element.name === "EventData" || element.name === "RenderingInfo"
        ? element.name
        : "other";
    if (kind !== "System") this.#attributes(element, base, element.name);
    this.#each(element.children, base, (child, at) => this.#element(child, at, kind));
    const holes = holesOf(element.children, base);
    if (holes !== undefined && this.#areFlat(holes))
      sections.set(element, { base, holes, fields: this.fields.slice(from), sources: this.sources.slice(from) });
  }

  #areFlat(holes: readonly number[]): boolean {
    return holes.every((index) => this.#values.fragment(index) === undefined);
  }

  #element(element: ElementNode, base: number, section: Section): void {
    const nameAttribute =
      section === "EventData" ? element.attributes.find((attribute) => attribute.name === "Name") : undefined;
    const name = nameAttribute === undefined ? fieldName(element.name, section) : literalText(nameAttribute.value);
    if (nameAttribute === undefined) this.#attributes(element, base, name);
    let hasElements = false;
    this.#each(element.children, base, (child, at) => {
      hasElements = true;
      this.#element(child, at, section);
    });
    if (hasElements) return;
    if (element.children.length > 0 || (section === "EventData" && name === "Data"))
      this.#slot(name, this.#source(element.children, base, name === "Data"));
  }

  #attributes(element: ElementNode, base: number, name: string): void {
    for (const attribute of element.attributes) {
      if (attribute.name.startsWith("xmlns")) continue;
      const field = name === "TimeCreated" && attribute.name === "SystemTime" ? name : `${name}_${attribute.name}`;
      this.#slot(field, this.#source(attribute.value, base, false));
    }
  }

  #slot(field: string, source: Source): void {
    this.fields.push(field);
    this.sources.push(source);
  }

  #source(nodes: readonly Node[], base: number, emptyWhenNull: boolean): Source {
    const parts = nodes.map((node) => partOf(node, base, emptyWhenNull));
    const [only] = parts;
    if (only === undefined) return literal("");
    return parts.length === 1 ? only : source("joined", { parts });
  }
}

/** The values that stand in elements; undefined where elements have templates inside. */
function holesOf(nodes: readonly Node[], base: number, holes: number[] = []): readonly number[] | undefined {
  for (const node of nodes) {
    if (node.kind === "instance") return undefined;
    if (node.kind === "substitution") holes.push(base + node.index);
    else if (node.kind === "element" && holesOf(node.children, base, holes) === undefined) return undefined;
  }
  return holes;
}

function partOf(node: Node, base: number, emptyWhenNull: boolean): Source {
  switch (node.kind) {
    case "text":
    case "cdata":
      return literal(node.text);
    case "entity":
      return literal(entityText(node.name));
    case "substitution":
      return source("value", { index: base + node.index, emptyWhenNull: emptyWhenNull && !node.optional });
    default:
      return literal("");
  }
}

function literal(text: string): Source {
  return source("literal", { text });
}

function source(
  kind: Source["kind"],
  { text = "", index = -1, emptyWhenNull = false, parts = NO_PARTS }: Partial<Source>,
): Source {
  return { kind, text, index, emptyWhenNull, parts };
}

const NO_PARTS: readonly Source[] = [];

function fieldName(element: string, section: Section): string {
  return section === "RenderingInfo" && element !== "Message" ? `RenderingInfo_${element}` : element;
}

function literalText(nodes: readonly Node[]): string {
  return nodes
    .map((node) => (node.kind === "text" ? node.text : node.kind === "entity" ? entityText(node.name) : ""))
    .join("");
}
