import type { Node } from "./node.ts";
import type { Template } from "./template.ts";
import { ARRAY, TYPE } from "./value.ts";
import type { Values } from "./values.ts";

/** Whether values could be this template's: each hole has one, of the type that it declares or null. */
export function fits({ nodes }: Template, values: Values, base: number, count: number): boolean {
  const holesOf = (list: readonly Node[]): boolean =>
    list.every((node) => {
      if (node.kind === "element")
        return node.attributes.every(({ value }) => holesOf(value)) && holesOf(node.children);
      if (node.kind !== "substitution") return true;
      const type = values.type(base + node.index);
      return node.index < count && (type === TYPE.null || ((type ^ node.type) & ~ARRAY) === 0);
    });
  return holesOf(nodes);
}
