import type { YamlMap, YamlNode, YamlScalar } from "./yaml-tree.ts";

/** Something that only a whole YAML parser can tell. */
class NotPlain extends Error {}

interface Line {
  readonly number: number;
  readonly indent: number;
  /** Without the indentation; never empty, and no comment. */
  readonly text: string;
}

/** Deeper than any honest rule. */
const MAX_DEPTH = 16;

/**
 * Reads the YAML that most rules are written in, many times as fast as a whole parser: block maps and lists, values on one line, literal
 * blocks. Undefined for every file that has more than that, or a fault: what is read here is what a whole parser reads.
 */
export function readPlainYaml(text: string): readonly YamlNode[] | undefined {
  if (!text.endsWith("\n") || /[^\P{Cc}\n]|[\u2028\u2029\ufeff]/u.test(text)) return undefined;
  const lines = text.split("\n");
  const documents: YamlNode[] = [];
  try {
    for (let from = 0; from < lines.length; ) {
      let end = lines.indexOf("---", from);
      if (end === -1) end = lines.length;
      const document = new PlainReader(lines, from, end).document();
      if (document !== undefined) documents.push(document);
      // An empty document is a null, but for what stands before the first.
      else if (from > 0 || end === lines.length) throw new NotPlain();
      from = end + 1;
    }
    return documents;
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

class PlainReader {
  readonly #lines: readonly string[];
  readonly #end: number;
  #next: number;
  #line: Line | undefined;

  constructor(lines: readonly string[], from: number, end: number) {
    this.#lines = lines;
    this.#next = from;
    this.#end = end;
    this.#advance();
  }

  document(): YamlNode | undefined {
    if (this.#line === undefined) return undefined;
    if (this.#line.indent > 0) throw new NotPlain();
    const node = this.#block("", 0, 0);
    if (this.#line !== undefined) throw new NotPlain();
    return node;
  }

  /** To the next line that says something. */
  #advance(): void {
    while (this.#next < this.#end) {
      const text = this.#lines[this.#next++] ?? "";
      const indent = indentOf(text);
      if (indent === text.length || text.charCodeAt(indent) === HASH) continue;
      if (indent === 0 && /^(?:---|\.\.\.|%)/.test(text)) throw new NotPlain();
      this.#line = { number: this.#next, indent, text: text.slice(indent).trimEnd() };
      return;
    }
    this.#line = undefined;
  }

  #block(key: string, indent: number, depth: number): YamlNode {
    if (depth > MAX_DEPTH) throw new NotPlain();
    return isItem(this.#line?.text ?? "") ? this.#list(key, indent, depth) : this.#map(key, indent, depth);
  }

  #list(key: string, indent: number, depth: number): YamlNode {
    const first = this.#line?.number ?? 1;
    const items: YamlNode[] = [];
    while (this.#line !== undefined && this.#line.indent === indent && isItem(this.#line.text)) {
      const { number, text } = this.#line;
      const inner = /^- */.exec(text)?.[0].length ?? 1;
      const rest = text.slice(inner);
      if (rest === "" || isItem(rest)) throw new NotPlain();
      if (KEY.test(rest)) {
        this.#line = { number, indent: indent + inner, text: rest };
        items.push(this.#map(key, indent + inner, depth + 1));
      } else {
        this.#advance();
        items.push(scalar(rest, number, key));
        this.#mustNotContinue(indent);
      }
    }
    if (this.#line !== undefined && this.#line.indent > indent) throw new NotPlain();
    return { kind: "list", line: first, key, items };
  }

  #map(path: string, indent: number, depth: number): YamlMap {
    if (depth > MAX_DEPTH) throw new NotPlain();
    const first = this.#line?.number ?? 1;
    const entries = new Map<string, YamlNode>();
    while (this.#line !== undefined && this.#line.indent === indent) {
      const { number, text } = this.#line;
      const found = KEY.exec(text);
      if (found === null) throw new NotPlain();
      const name = found[2] === undefined ? (found[1] ?? "") : found[2];
      if (entries.has(name) || NUMERIC.test(name)) throw new NotPlain();
      const key = path === "" ? name : `${path}.${name}`;
      const rest = text.slice(found[0].length);
      const value = rest.startsWith("#") ? "" : rest;
      entries.set(name, this.#value(value, number, key, indent, depth));
    }
    if (this.#line !== undefined && this.#line.indent > indent) throw new NotPlain();
    return { kind: "map", line: first, key: path, entries };
  }

  #value(value: string, number: number, key: string, indent: number, depth: number): YamlNode {
    if (value === "|" || value === "|-") return this.#literal(value === "|", number, key, indent);
    this.#advance();
    if (value !== "") {
      const node = scalar(value, number, key);
      this.#mustNotContinue(indent);
      return node;
    }
    const next = this.#line;
    if (next !== undefined && (next.indent > indent || (next.indent === indent && isItem(next.text))))
      return this.#block(key, next.indent, depth + 1);
    return { kind: "scalar", line: number, key, value: null, source: "" };
  }

  /** A value may go on in the lines after it when these are further in. */
  #mustNotContinue(indent: number): void {
    if (this.#line !== undefined && this.#line.indent > indent) throw new NotPlain();
  }

  #literal(keepsLast: boolean, number: number, key: string, indent: number): YamlScalar {
    const content: string[] = [];
    let margin: number | undefined;
    for (; this.#next < this.#end; this.#next++) {
      const text = this.#lines[this.#next] ?? "";
      const own = indentOf(text);
      if (own === text.length) {
        if (margin === undefined || own > margin) throw new NotPlain();
        content.push("");
        continue;
      }
      if (own <= indent) break;
      margin ??= own;
      if (own < margin) throw new NotPlain();
      content.push(text.slice(margin));
    }
    if (margin === undefined) throw new NotPlain();
    while (content.at(-1) === "") content.pop();
    this.#advance();
    const value = content.join("\n") + (keepsLast ? "\n" : "");
    return { kind: "scalar", line: number, key, value, source: value };
  }
}

const HASH = 0x23;
/** A key, plain or in single quotes, its colon, and the blanks after it. */
const KEY = /^(?:([A-Za-z0-9_][\w.|\-/*]*(?: [\w.|\-/*]+)*)|'([^'\\]+)') *:(?: +|$)/;
/** What may be a number, a truth or nothing as a key has another text than it is written with in some parsers. */
const NUMERIC = /^(?:[-+.\d].*|true|false|null|~)$/i;

function indentOf(text: string): number {
  let indent = 0;
  while (text.charCodeAt(indent) === 0x20) indent++;
  return indent;
}

function isItem(text: string): boolean {
  return text === "-" || text.startsWith("- ");
}

/** A value that stands on one line. */
function scalar(written: string, line: number, key: string): YamlScalar {
  const quote = written.charAt(0);
  if (quote === "'" || quote === '"') {
    const found = (quote === "'" ? SINGLE : DOUBLE).exec(written);
    if (found === null) throw new NotPlain();
    const text = quote === "'" ? (found[1] ?? "").replaceAll("''", "'") : (found[1] ?? "");
    return { kind: "scalar", line, key, value: text, source: text };
  }
  const comment = written.indexOf(" #");
  const source = comment === -1 ? written : written.slice(0, comment).trimEnd();
  if (/^(?:[,[\]{}#&*!|>%@`]|[-?:](?: |$))|: |:$/.test(source)) throw new NotPlain();
  return { kind: "scalar", line, key, value: plainValue(source), source };
}

const SINGLE = /^'((?:[^']|'')*)'(?: +#.*)?$/;
const DOUBLE = /^"([^"\\]*)"(?: +#.*)?$/;

function plainValue(source: string): YamlScalar["value"] {
  if (/^-?(?:0|[1-9]\d{0,14})$/.test(source)) return Number(source);
  if (/^(?:true|false)$/.test(source)) return source === "true";
  if (source === "null" || source === "~") return null;
  // Every other form of a number, a truth or nothing.
  if (/^(?:[-+]?(?:0[xo][\da-f]+|\.?\d[\d.]*(?:e[-+]?\d+)?|\.inf|\.nan)|true|false|null)$/i.test(source))
    throw new NotPlain();
  return source;
}
