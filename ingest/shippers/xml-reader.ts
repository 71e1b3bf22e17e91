import { MAX_DEPTH, MAX_FIELDS } from "./limits.ts";
import { UnreadableError } from "./unreadable-error.ts";

export interface XmlElement {
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly children: readonly XmlElement[];
  /** All text directly in it, joined. Line breaks are kept as they are written, for they are the event's own. */
  readonly text: string;
}

/** An element that is not closed yet. */
interface OpenElement {
  readonly name: string;
  readonly attributes: (readonly [string, string])[];
  readonly children: OpenElement[];
  text: string;
}

/**
 * Reads what Windows' event XML uses of XML 1.0: elements, attributes, text, the five entities, character references, CDATA, comments,
 * instructions. A document type is refused, and with it every entity of one's own.
 *
 * @throws UnreadableError when the text is no such document, or past a limit
 */
export function readXml(text: string): XmlElement {
  const stack: OpenElement[] = [];
  let root: OpenElement | undefined;
  let elements = 0;
  let at = 0;
  const addText = (piece: string) => {
    const into = stack.at(-1);
    if (into !== undefined) into.text += piece;
    else if (piece.trim() !== "" && piece.trim() !== "\uFEFF") throw malformed("text outside the root element");
  };
  while (at < text.length) {
    const open = text.indexOf("<", at);
    const end = open === -1 ? text.length : open;
    if (end > at) addText(decode(withoutIndent(text.slice(at, end))));
    if (open === -1) break;
    const mark = text[open + 1];
    if (mark === "/") {
      at = after(text, ">", open + 2);
      const closed = stack.pop()?.name ?? "";
      if (closed === "" || text.slice(open + 2, at - 1).trimEnd() !== closed)
        throw malformed("an end tag without its start tag");
    } else if (mark === "?") at = after(text, "?>", open + 2);
    else if (mark === "!") {
      const isComment = text.startsWith("<!--", open);
      if (!isComment && !text.startsWith("<![CDATA[", open)) throw malformed("a document type");
      at = isComment ? after(text, "-->", open + 4) : after(text, "]]>", open + 9);
      if (!isComment) addText(text.slice(open + 9, at - 3));
    } else {
      if (++elements > MAX_FIELDS) throw new UnreadableError("too-many-fields", `It has over ${MAX_FIELDS} elements.`);
      const tag = readStartTag(text, open + 1);
      at = tag.end;
      const parent = stack.at(-1);
      if (parent !== undefined) parent.children.push(tag.element);
      else if (root === undefined) root = tag.element;
      else throw malformed("a second root element");
      if (!tag.isEmpty) stack.push(tag.element);
      if (stack.length > MAX_DEPTH) throw new UnreadableError("too-deep", `It has more than ${MAX_DEPTH} levels.`);
    }
  }
  if (root === undefined || stack.length > 0) throw malformed("it ends before the root element does");
  return root;
}

const NAME = /[^\s/>=<"'&!?]+/y;
const ATTRIBUTE = /\s+([^\s/>=<"'&]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const TAG_END = /\s*(\/?)>/y;

function readStartTag(text: string, from: number) {
  NAME.lastIndex = from;
  const name = NAME.exec(text)?.[0];
  if (name === undefined) throw malformed("a < that begins no tag");
  const element: OpenElement = { name, attributes: [], children: [], text: "" };
  let at = NAME.lastIndex;
  while (text[at] !== ">" && text[at] !== "/") {
    ATTRIBUTE.lastIndex = at;
    const attribute = ATTRIBUTE.exec(text);
    if (attribute === null) break;
    if (element.attributes.length >= MAX_FIELDS)
      throw new UnreadableError("too-many-fields", "It has too many attributes.");
    element.attributes.push([attribute[1] ?? "", decode(attribute[2] ?? attribute[3] ?? "")]);
    at = ATTRIBUTE.lastIndex;
  }
  if (text[at] === ">") return { element, isEmpty: false, end: at + 1 };
  TAG_END.lastIndex = at;
  const end = TAG_END.exec(text);
  if (end === null) throw malformed(`a broken <${name.slice(0, 40)}> tag`);
  return { element, isEmpty: end[1] === "/", end: TAG_END.lastIndex };
}

/** White space that begins with a line break and is all there is was put there to be looked at; a value's own break is written as a reference. */
function withoutIndent(text: string): string {
  return (text[0] === "\n" || text[0] === "\r") && text.trim() === "" ? "" : text;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

function decode(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&([^;&]{0,10};)?/g, (_, reference: string | undefined) => {
    const name = reference?.slice(0, -1) ?? "";
    const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name) ?? [];
    const code = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16);
    const found = code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : ENTITIES.get(name);
    if (found === undefined) throw malformed("an & that begins no known reference");
    return found;
  });
}

/** The position right behind the next `mark`. */
function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  if (found === -1) throw malformed(`something that ${mark} should end`);
  return found + mark.length;
}

function malformed(what: string): UnreadableError {
  return new UnreadableError("malformed", `It is not well-formed XML: ${what}.`);
}
