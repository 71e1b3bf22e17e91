import type { Node } from "./node.ts";
import type { ShapePlan } from "./shape-plan.ts";

/** A template definition: the names of an event, with holes for its values. One object for all chunks and files that define the same. */
export interface Template {
  /** Small number, unique in the process, to build keys from. */
  readonly id: number;
  readonly nodes: readonly Node[];
  /** Plans of the events that this template is the outermost of, by the templates inside. Filled as they are met. */
  readonly plans: Map<number | string, ShapePlan>;
}

/** Past this many distinct templates the pool starts anew: a hostile file may define any number. */
const POOL_LIMIT = 20_000;
const pool = new Map<string, Template>();
let nextId = 1;

/** The one template with this content; chunks define theirs again and again, with other name offsets. */
export function internTemplate(nodes: readonly Node[]): Template {
  const key = JSON.stringify(nodes, (name, value: unknown) =>
    name === "template" && value !== null ? (value as Template).id : value,
  );
  const known = pool.get(key);
  if (known !== undefined) return known;
  if (pool.size >= POOL_LIMIT) pool.clear();
  const template: Template = { id: nextId++, nodes, plans: new Map() };
  pool.set(key, template);
  return template;
}
