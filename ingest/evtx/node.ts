import type { Template } from "./template.ts";

/** A piece of binary XML, parsed once: a template's content with its holes, or a fragment's own elements ([MS-EVEN6] 2.2.12). */
export type Node = ElementNode | TextNode | SubstitutionNode | InstanceNode | EntityNode | CDataNode | InstructionNode;

export interface ElementNode {
  readonly kind: "element";
  readonly name: string;
  readonly attributes: readonly AttributeNode[];
  readonly children: readonly Node[];
}

export interface AttributeNode {
  readonly name: string;
  readonly value: readonly Node[];
}

/** Literal text; character references stand resolved in it. */
export interface TextNode {
  readonly kind: "text";
  readonly text: string;
}

/** A hole, filled by the value with this index. An `optional` one that is filled with null takes its element with it. */
export interface SubstitutionNode {
  readonly kind: "substitution";
  readonly index: number;
  /** The type that its value has when it is not null. */
  readonly type: number;
  readonly optional: boolean;
}

/** A template used inside a fragment: its holes are filled from the event's values beginning at `base`. */
export interface InstanceNode {
  readonly kind: "instance";
  readonly template: Template;
  readonly base: number;
}

/** `&name;`: one of XML's five, or unknown and kept as written. */
export interface EntityNode {
  readonly kind: "entity";
  readonly name: string;
}

export interface CDataNode {
  readonly kind: "cdata";
  readonly text: string;
}

export interface InstructionNode {
  readonly kind: "instruction";
  readonly target: string;
  readonly data: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** What an entity stands for. */
export function entityText(name: string): string {
  return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? "") : `&${name};`;
}
