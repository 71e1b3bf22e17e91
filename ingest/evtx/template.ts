import { type Expansion, expansionOf } from "./expansion.ts";
import type { Node } from "./node.ts";

/** A template definition: the names of an event, with holes for its values. One object for all chunks and files that define the same. */
export interface Template {
  /** Small number, unique in the process, to build keys from. */
  readonly id: number;
  readonly nodes: readonly Node[];
  readonly expansion: Expansion;
}

let nextId = 1;

export function makeTemplate(nodes: readonly Node[]): Template {
  return { id: nextId++, nodes, expansion: expansionOf(nodes) };
}
