import { Shape } from "../../model/shape.ts";

/** Past this many nodes the pool starts anew: names come from the messages, and there is no end to what one may name. */
const MAX_NODES = 50_000;

/** A list of names, as a path from the root: to look one up costs a step a name, and no text is put together. */
interface Node {
  readonly next: Map<string, Node>;
  shape: Shape | undefined;
}

let root: Node = { next: new Map(), shape: undefined };
let nodes = 1;

/** The shape with these fields: the same object for the same names, as long as the pool has room. */
export function internShape(fields: readonly string[]): Shape {
  if (nodes > MAX_NODES) {
    root = { next: new Map(), shape: undefined };
    nodes = 1;
  }
  let node = root;
  for (const name of fields) {
    let next = node.next.get(name);
    if (next === undefined) {
      next = { next: new Map(), shape: undefined };
      node.next.set(name, next);
      nodes++;
    }
    node = next;
  }
  node.shape ??= new Shape([...fields]);
  return node.shape;
}
