import { createRequire } from "node:module";
import type { LineCounter, ParsedNode, YAMLError, YAMLMap } from "yaml";
import { RuleFault } from "./fault.ts";
import type { YamlDocument, YamlNode } from "./yaml-tree.ts";

/** Deeper than any honest rule; it bounds recursion over what a stranger wrote. */
const MAX_DEPTH = 32;

/** Loaded when the first text comes that needs it: most rules do without (`readPlainYaml`), and it is a fifth of what starting takes. */
function yaml(): typeof import("yaml") {
  library ??= createRequire(import.meta.url)("yaml") as typeof import("yaml");
  return library;
}

let library: typeof import("yaml") | undefined;

/** Reads all documents of a YAML 1.2 file, whatever of YAML is in it. It never throws: a document that is not YAML is a fault. */
export function readAnyYaml(text: string): readonly YamlDocument[] {
  const lines = new (yaml().LineCounter)();
  const documents = yaml().parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  return Array.from(documents).flatMap((document): YamlDocument | [] => {
    const [error] = document.errors;
    if (error !== undefined) return new RuleFault(lineAt(lines, error.pos[0]), "", `not YAML: ${reasonOf(error)}`);
    if (document.contents === null) return [];
    try {
      return convert(document.contents, lines, "", 1, 0);
    } catch (fault) {
      if (fault instanceof RuleFault) return fault;
      throw fault;
    }
  });
}

/** The parser recurses and reports its own exhausted stack as a fault of the text: a few kilobytes of "[" do it. */
function reasonOf(error: YAMLError): string {
  return error.message.includes("call stack") ? "it is nested too deeply" : error.message;
}

function lineAt(lines: LineCounter, offset: number): number {
  return Math.max(1, lines.linePos(offset).line);
}

function convert(node: ParsedNode, lines: LineCounter, key: string, line: number, depth: number): YamlNode {
  const at = node.range === null ? line : lineAt(lines, node.range[0]);
  if (depth > MAX_DEPTH) throw new RuleFault(at, key, `nested deeper than ${MAX_DEPTH} levels`);
  if (yaml().isAlias(node))
    throw new RuleFault(at, key, `YAML aliases are not supported; write out what *${node.source} means`);
  if (yaml().isMap(node)) return { kind: "map", line: at, key, entries: entriesOf(node, lines, key, depth) };
  if (yaml().isSeq(node))
    return { kind: "list", line: at, key, items: node.items.map((item) => convert(item, lines, key, at, depth + 1)) };
  const { value } = node;
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return { kind: "scalar", line: at, key, value, source: node.source };
  throw new RuleFault(at, key, "a value of this YAML type is not supported; put it in quotes");
}

function entriesOf(
  map: YAMLMap.Parsed,
  lines: LineCounter,
  path: string,
  depth: number,
): ReadonlyMap<string, YamlNode> {
  const entries = new Map<string, YamlNode>();
  for (const pair of map.items) {
    const line = pair.key.range === null ? 1 : lineAt(lines, pair.key.range[0]);
    if (!yaml().isScalar(pair.key)) throw new RuleFault(line, path, "a key must be plain text");
    const name = pair.key.source;
    const key = path === "" ? name : `${path}.${name}`;
    entries.set(
      name,
      pair.value === null
        ? { kind: "scalar", line, key, value: null, source: "" }
        : convert(pair.value, lines, key, line, depth + 1),
    );
  }
  return entries;
}
