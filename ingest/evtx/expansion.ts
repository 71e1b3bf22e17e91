import type { Node } from "./node.ts";

/**
 * How far a template's content grows when it is written out. Templates nest and may use one value many times, so a record of a few
 * hundred bytes can stand for terabytes; the reader adds up these figures and refuses such a record before anything is written.
 */
export interface Expansion {
  /** Characters of names and literal text, and `NODE_WEIGHT` for each node. */
  readonly weight: number;
  /** How often the value that is used most is used. */
  readonly uses: number;
  /** The heaviest element that a list would repeat: its tags and attributes. */
  readonly tag: number;
}

/** What a node costs beside its text: a pair of brackets, quotes, a key. */
export const NODE_WEIGHT = 16;

export function expansionOf(nodes: readonly Node[]): Expansion {
  const scale = new Scale();
  const weight = scale.weigh(nodes);
  return { weight, uses: Math.max(1, ...scale.uses.values()), tag: scale.tag };
}

class Scale {
  readonly uses = new Map<number, number>();
  tag = NODE_WEIGHT;

  weigh(nodes: readonly Node[]): number {
    return nodes.reduce((sum, node) => sum + NODE_WEIGHT + this.#text(node), 0);
  }

  #text(node: Node): number {
    switch (node.kind) {
      case "element": {
        const tag =
          2 * node.name.length +
          node.attributes.reduce((sum, { name, value }) => sum + name.length + this.weigh(value), NODE_WEIGHT);
        this.tag = Math.max(this.tag, tag);
        return tag + this.weigh(node.children);
      }
      case "text":
      case "cdata":
        return node.text.length;
      case "entity":
        return node.name.length;
      case "instruction":
        return node.target.length + node.data.length;
      case "substitution":
        this.uses.set(node.index, (this.uses.get(node.index) ?? 0) + 1);
        return 0;
      case "instance":
        return 0;
    }
  }
}
