import { type Expansion, expansionOf } from "./expansion.ts";
import type { ElementNode, Node } from "./node.ts";
import { WeightedPool } from "./weighted-pool.ts";

/** A template definition: the names of an event, with holes for its values. One object for all chunks and files that define the same. */
export interface Template {
  /** Small number, unique in the process, to build keys from. */
  readonly id: number;
  readonly nodes: readonly Node[];
  readonly expansion: Expansion;
}

const pool = new WeightedPool<number, Template>();
let nextId = 1;

/** The one template with this content; chunks define theirs again and again, with other name offsets. */
export function internTemplate(nodes: readonly Node[]): Template {
  const hash = hashOf(nodes);
  const known = pool.get(hash);
  if (known !== undefined && areSame(known.nodes, nodes)) return known;
  const template = makeTemplate(nodes);
  pool.add(hash, template, template.expansion.weight);
  return template;
}

/** A template of its own, for what is met once only. */
export function makeTemplate(nodes: readonly Node[]): Template {
  return { id: nextId++, nodes, expansion: expansionOf(nodes) };
}

/** Of a text its length and two of its characters count, which is quick and tells templates apart. (A text as key costs four times as much.) */
function hashOf(nodes: readonly Node[]): number {
  let hash = nodes.length;
  for (const node of nodes) {
    switch (node.kind) {
      case "element":
        hash = mix(hash, textHash(node.name));
        for (const { name, value } of node.attributes) hash = mix(mix(hash, textHash(name)), hashOf(value));
        hash = mix(hash, hashOf(node.children));
        break;
      case "substitution":
        hash = mix(hash, (node.index << 8) | node.type);
        break;
      case "text":
      case "cdata":
        hash = mix(hash, textHash(node.text));
        break;
      case "entity":
        hash = mix(hash, textHash(node.name));
        break;
      case "instruction":
        hash = mix(hash, textHash(node.target));
        break;
      case "instance":
        hash = mix(hash, node.template.id);
        break;
    }
  }
  return hash;
}

function mix(hash: number, more: number): number {
  return (Math.imul(hash, 0x01000193) ^ more) | 0;
}

function textHash(text: string): number {
  const { length } = text;
  return length === 0 ? 0 : (length << 16) ^ (text.charCodeAt(length >> 1) << 8) ^ text.charCodeAt(length - 1);
}

function areSame(some: readonly Node[], others: readonly Node[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (!isSame(some[i], others[i])) return false;
  return true;
}

function isSame(one: Node | undefined, other: Node | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  switch (one.kind) {
    case "element":
      return (
        other.kind === "element" &&
        one.name === other.name &&
        haveSameAttributes(one, other) &&
        areSame(one.children, other.children)
      );
    case "substitution":
      return (
        other.kind === "substitution" &&
        one.index === other.index &&
        one.type === other.type &&
        one.optional === other.optional
      );
    case "text":
    case "cdata":
      return other.kind === one.kind && one.text === other.text;
    case "entity":
      return other.kind === "entity" && one.name === other.name;
    case "instruction":
      return other.kind === "instruction" && one.target === other.target && one.data === other.data;
    case "instance":
      return false;
  }
}

function haveSameAttributes(one: ElementNode, other: ElementNode): boolean {
  if (one.attributes.length !== other.attributes.length) return false;
  for (let i = 0; i < one.attributes.length; i++) {
    const a = one.attributes[i];
    const b = other.attributes[i];
    if (a === undefined || b === undefined || a.name !== b.name || !areSame(a.value, b.value)) return false;
  }
  return true;
}
