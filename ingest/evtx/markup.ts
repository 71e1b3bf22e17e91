import type { AttributeNode, ElementNode, InstanceNode, Node } from "./node.ts";

/** What a mark is; behind each what its operand is, where it has one. */
export const MARK = {
  /** Name. Its attributes follow, then `content`, its content, and `close`. */
  open: 0,
  /** Name. Its value follows. */
  attribute: 1,
  content: 2,
  close: 3,
  text: 4,
  cdata: 5,
  /** Name. */
  entity: 6,
  /** Name. `data` follows. */
  target: 7,
  data: 8,
  /** Index, type and whether it is optional, in one number: `holeOf`. */
  hole: 9,
  instance: 10,
} as const;

type Operand = string | number | InstanceNode;

export function holeOf(index: number, type: number, optional: boolean): number {
  return (index << 9) | (type << 1) | (optional ? 1 : 0);
}

/**
 * A piece of binary XML as a parser meets it, mark by mark. What has been met before is known again in this form: nodes are made
 * only once of the same.
 */
export class Markup {
  readonly #kinds: number[] = [];
  readonly #operands: Operand[] = [];

  get length(): number {
    return this.#kinds.length;
  }

  add(kind: number, operand: Operand): void {
    this.#kinds.push(kind);
    this.#operands.push(operand);
  }

  hasSince(from: number, kind: number): boolean {
    return this.#kinds.includes(kind, from);
  }

  /** Of a text its length and two of its characters count, which is quick and tells templates apart. */
  hashSince(from: number): number {
    let hash = 0;
    for (let at = from; at < this.#kinds.length; at++) {
      const operand = this.#operands[at];
      const more = typeof operand === "string" ? textHash(operand) : typeof operand === "number" ? operand : 0;
      hash = (Math.imul(hash, 0x01000193) ^ (this.#kinds[at] ?? 0) ^ (more << 4)) | 0;
    }
    return hash;
  }

  /** Whether what follows `from` is the whole of `other`. */
  isSameSince(from: number, other: Markup): boolean {
    const { length } = other;
    if (this.length - from !== length) return false;
    for (let at = 0; at < length; at++)
      if (this.#kinds[from + at] !== other.#kinds[at] || this.#operands[from + at] !== other.#operands[at])
        return false;
    return true;
  }

  copySince(from: number): Markup {
    const copy = new Markup();
    for (let at = from; at < this.length; at++) copy.add(this.#kinds[at] ?? 0, this.#operands[at] ?? 0);
    return copy;
  }

  cut(length: number): void {
    while (this.#kinds.length > length) {
      this.#kinds.pop();
      this.#operands.pop();
    }
  }

  /** What follows `from`, as nodes. */
  nodesSince(from: number): readonly Node[] {
    return new Builder(this.#kinds, this.#operands, from).content();
  }
}

function textHash(text: string): number {
  const { length } = text;
  return length === 0 ? 0 : (length << 16) ^ (text.charCodeAt(length >> 1) << 8) ^ text.charCodeAt(length - 1);
}

class Builder {
  readonly #kinds: readonly number[];
  readonly #operands: readonly Operand[];
  #at: number;

  constructor(kinds: readonly number[], operands: readonly Operand[], at: number) {
    this.#kinds = kinds;
    this.#operands = operands;
    this.#at = at;
  }

  /** Nodes up to the mark that ends them, which is not taken. */
  content(): readonly Node[] {
    const nodes: Node[] = [];
    for (let node = this.#node(); node !== undefined; node = this.#node()) nodes.push(node);
    return nodes;
  }

  #node(): Node | undefined {
    const operand = this.#operands[this.#at] ?? 0;
    const text = String(operand);
    switch (this.#kinds[this.#at++]) {
      case MARK.open:
        return this.#element(text);
      case MARK.text:
        return { kind: "text", text };
      case MARK.cdata:
        return { kind: "cdata", text };
      case MARK.entity:
        return { kind: "entity", name: text };
      case MARK.target:
        return { kind: "instruction", target: text, data: String(this.#operands[this.#at++]) };
      case MARK.hole: {
        const hole = Number(operand);
        return { kind: "substitution", index: hole >> 9, type: (hole >> 1) & 0xff, optional: (hole & 1) === 1 };
      }
      case MARK.instance:
        if (typeof operand === "object") return operand;
    }
    this.#at--;
    return undefined;
  }

  #element(name: string): ElementNode {
    const attributes: AttributeNode[] = [];
    while (this.#kinds[this.#at] === MARK.attribute)
      attributes.push({ name: String(this.#operands[this.#at++]), value: this.content() });
    this.#at++;
    const children = this.content();
    this.#at++;
    return { kind: "element", name, attributes, children };
  }
}
