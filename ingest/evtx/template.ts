import { type Expansion, expansionOf } from "./expansion.ts";
import type { Markup } from "./markup.ts";
import type { Node } from "./node.ts";
import { WeightedPool } from "./weighted-pool.ts";

/** A template definition: the names of an event, with holes for its values. One object for all chunks and files that define the same. */
export interface Template {
  /** Small number, unique in the process, to build keys from. */
  readonly id: number;
  readonly nodes: readonly Node[];
  readonly expansion: Expansion;
}

const pool = new WeightedPool<number, { readonly markup: Markup; readonly template: Template }>();
let nextId = 1;

/** The one template with what follows `from` in `markup`; chunks define theirs again and again, with other name offsets. */
export function internTemplate(markup: Markup, from: number): Template {
  const hash = markup.hashSince(from);
  const known = pool.get(hash);
  if (known !== undefined && markup.isSameSince(from, known.markup)) return known.template;
  const template = makeTemplate(markup.nodesSince(from));
  pool.add(hash, { markup: markup.copySince(from), template }, template.expansion.weight);
  return template;
}

/** A template of its own, for what is met once only. */
export function makeTemplate(nodes: readonly Node[]): Template {
  return { id: nextId++, nodes, expansion: expansionOf(nodes) };
}
