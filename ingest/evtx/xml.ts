import { entityText, type InstructionNode, type Node } from "./node.ts";
import type { EvtxRecord } from "./record.ts";
import { type Scalar, scalarText } from "./value.ts";
import type { Values } from "./values.ts";
import { expand, isAbsent } from "./walk.ts";
import { xmlName } from "./xml-name.ts";

/** One record as well-formed XML on one line, without a declaration. Characters that XML 1.0 forbids are written as U+FFFD. */
export function recordToXml(record: EvtxRecord): string {
  return content(record.root, 0, record.values);
}

function content(nodes: readonly Node[], base: number, values: Values): string {
  let xml = "";
  for (const { node, base: at } of expand(nodes, base, values)) {
    if (node.kind === "element") {
      const name = xmlName(node.name);
      const start = `${name}${attributes(node.attributes, at, values)}`;
      for (const inside of repeats(node.children, at, values))
        xml += inside === "" ? `<${start}/>` : `<${start}>${inside}</${name}>`;
    } else if (node.kind === "instruction") xml += instruction(node);
    else xml += escapeXml(textOf(node, at, values).join(""));
  }
  return xml;
}

function instruction({ target, data }: InstructionNode): string {
  const name = xmlName(target).replace(":", "_");
  // XML keeps this target, in any case, for itself.
  const safe = name.toLowerCase() === "xml" ? `_${name}` : name;
  return `<?${safe} ${clean(data).replaceAll("?>", "?\uFFFD")}?>`;
}

/** An element whose whole content is a list stands for as many elements. */
function repeats(children: readonly Node[], base: number, values: Values): readonly string[] {
  const [only] = children;
  if (children.length === 1 && only?.kind === "substitution" && values.fragment(base + only.index) === undefined) {
    const list = textOf(only, base, values);
    if (list.length > 0) return list.map(escapeXml);
  }
  return [content(children, base, values)];
}

function attributes(list: readonly { name: string; value: readonly Node[] }[], base: number, values: Values): string {
  let xml = "";
  const taken = new Set<string>();
  for (const { name, value } of list) {
    if (isAbsent(value, base, values)) continue;
    let free = xmlName(name);
    // A second attribute of one name would make the whole record unreadable.
    for (let number = 1; taken.has(free); number++) free = `${xmlName(name)}_${number}`;
    taken.add(free);
    xml += ` ${free}="${escapeXml(value.flatMap((node) => textOf(node, base, values)).join(""))}"`;
  }
  return xml;
}

function textOf(node: Node, base: number, values: Values): readonly string[] {
  switch (node.kind) {
    case "text":
    case "cdata":
      return [node.text];
    case "entity":
      return [entityText(node.name)];
    case "substitution": {
      const value = values.decode(base + node.index);
      if (value === undefined) return [];
      return Array.isArray(value) ? value.map(scalarText) : [scalarText(value as Scalar)];
    }
    default:
      return [];
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
  "\n": "&#10;",
  "\t": "&#9;",
};

function escapeXml(text: string): string {
  return clean(text).replace(/[&<>"\r\n\t]/g, (character) => ESCAPES[character] ?? character);
}

/** XML 1.0, production 2 (Char). */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters to take out.
  return text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "\uFFFD");
}
