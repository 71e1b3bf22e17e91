import type { ElementNode, Node } from "./node.ts";
import { TYPE } from "./value.ts";
import type { Values } from "./values.ts";

/** A node, and where the values of its holes begin. */
export interface Placed<T extends Node> {
  readonly node: T;
  readonly base: number;
}

type Leaf = Exclude<Node, { kind: "instance" }>;

/** The nodes as a reader of XML sees them: templates and fragments in values are looked through, elements that an optional null takes away are gone. */
export function expand(
  nodes: readonly Node[],
  base: number,
  values: Values,
  found: Placed<Leaf>[] = [],
): readonly Placed<Leaf>[] {
  for (const node of nodes) {
    if (node.kind === "instance") expand(node.template.nodes, node.base, values, found);
    else if (node.kind === "substitution") {
      const fragment = values.fragment(base + node.index);
      if (fragment === undefined) found.push({ node, base });
      else expand(fragment, base, values, found);
    } else if (node.kind !== "element" || !isOmitted(node, base, values)) found.push({ node, base });
  }
  return found;
}

/** An element whose whole content is one optional hole, filled with null, is not there ([MS-EVEN6] 2.2.12.4). */
function isOmitted(element: ElementNode, base: number, values: Values): boolean {
  const [only] = element.children;
  return (
    element.children.length === 1 && only?.kind === "substitution" && only.optional && isNull(values, base + only.index)
  );
}

/** An attribute goes the same way. */
export function isAbsent(nodes: readonly Node[], base: number, values: Values): boolean {
  return nodes.every((node) => node.kind === "substitution" && isNull(values, base + node.index));
}

function isNull(values: Values, index: number): boolean {
  return values.type(index) === TYPE.null;
}
