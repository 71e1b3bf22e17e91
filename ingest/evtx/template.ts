import type { Node } from "./node.ts";

/** A template definition: the names of an event, with holes for its values. One object for all chunks and files that define the same. */
export interface Template {
  /** Small number, unique in the process, to build keys from. */
  readonly id: number;
  readonly nodes: readonly Node[];
}

/** Past this many distinct templates the pool starts anew: a hostile file may define any number. */
const POOL_LIMIT = 20_000;
const pool = new Map<string, Template>();
let nextId = 1;

/** The one template with this content; chunks define theirs again and again, with other name offsets. */
export function internTemplate(nodes: readonly Node[]): Template {
  const key = contentKey(nodes);
  const known = pool.get(key);
  if (known !== undefined) return known;
  if (pool.size >= POOL_LIMIT) pool.clear();
  const template: Template = { id: nextId++, nodes };
  pool.set(key, template);
  return template;
}

/** Different for different content: texts and lists stand behind their length. (`JSON.stringify` takes five times as long.) */
function contentKey(nodes: readonly Node[]): string {
  let key = `${nodes.length}`;
  for (const node of nodes) {
    switch (node.kind) {
      case "element":
        key += `<${lengthAndText(node.name)}${node.attributes.length}`;
        for (const { name, value } of node.attributes) key += lengthAndText(name) + contentKey(value);
        key += contentKey(node.children);
        break;
      case "substitution":
        key += `${node.optional ? "?" : "!"}${node.index}:${node.type}`;
        break;
      case "text":
        key += `t${lengthAndText(node.text)}`;
        break;
      case "cdata":
        key += `c${lengthAndText(node.text)}`;
        break;
      case "entity":
        key += `&${lengthAndText(node.name)}`;
        break;
      case "instruction":
        key += `p${lengthAndText(node.target)}${lengthAndText(node.data)}`;
        break;
      case "instance":
        key += `i${node.template.id}`;
        break;
    }
  }
  return key;
}

function lengthAndText(text: string): string {
  return `${text.length}:${text}`;
}
