import { endOfString } from "./json.ts";

/** What stands before a value, of which kind the value is, and what may come after it. */
interface Node<Known> {
  /** All from the value before: that one's closing quote and this one's opening quote are part of it. */
  readonly literal: string;
  readonly kind: Kind;
  readonly next: Node<Known>[];
  known: Known | undefined;
}

type Kind = "text" | "integer" | "end";

/** Past this many nodes the pool starts anew: keys come from the messages, and there is no end to what one may name. */
const MAX_NODES = 50_000;
/** Of one node. What has more is no layout that repeats. */
const MAX_NEXT = 256;

/**
 * Knows JSON messages by their layout: the same keys in the same order, with values of the same kinds, written in the same way. Shippers write events
 * of one kind always so, and to compare a message with a layout and cut its values out takes a fraction of the time that parsing takes.
 * `null`, `true` and `false` are part of the layout; texts and integers are its values.
 */
export class Layouts<Known> {
  #first: Node<Known>[] = [];
  #nodes = 0;

  /** The message as one of its layout; undefined when that is not known, or the text is no sound JSON. */
  find(text: string): LaidOut<Known> | undefined {
    const bounds: number[] = [];
    let nodes = this.#first;
    let backslash = positionOf("\\", text, 0);
    for (let at = 0; ; ) {
      const node = follow(nodes, text, at);
      if (node === undefined) return undefined;
      at += node.literal.length;
      if (node.known !== undefined)
        return at === text.length && isPlain(text) ? new LaidOut(node.known, text, bounds) : undefined;
      let end = node.kind === "text" ? positionOf('"', text, at) : endOfInteger(text, at);
      if (backslash < at) backslash = positionOf("\\", text, at);
      while (backslash < end) {
        const length = escapeLength(text, backslash);
        if (length === 0) return undefined;
        if (end === backslash + 1) end = positionOf('"', text, end + 1);
        backslash = positionOf("\\", text, backslash + length);
      }
      if (end >= text.length) return undefined;
      bounds.push(at, end);
      at = end;
      nodes = node.next;
    }
  }

  /** Remembers the layout of a message, which must be sound JSON; one that has numbers which are no short integers is not remembered. */
  add(text: string, known: Known): void {
    const pieces = piecesOf(text);
    if (pieces === undefined) return;
    if (this.#nodes + pieces.length > MAX_NODES) {
      this.#first = [];
      this.#nodes = 0;
    }
    let nodes = this.#first;
    for (const { literal, kind } of pieces) {
      let node = nodes.find((one) => one.literal === literal && one.kind === kind);
      if (node === undefined) {
        if (nodes.length >= MAX_NEXT) return;
        node = { literal, kind, next: [], known: kind === "end" ? known : undefined };
        nodes.push(node);
        this.#nodes++;
      }
      nodes = node.next;
    }
  }
}

/** A message whose layout is known. Its values are cut out of it when they are asked for. */
export class LaidOut<Known> {
  readonly known: Known;
  readonly #text: string;
  /** Where each value begins and ends. */
  readonly #bounds: readonly number[];

  constructor(known: Known, text: string, bounds: readonly number[]) {
    this.known = known;
    this.#text = text;
    this.#bounds = bounds;
  }

  /** Half of a surrogate pair becomes U+FFFD. */
  value(index: number): string {
    const written = this.#text.slice(this.#bounds[index * 2], this.#bounds[index * 2 + 1]);
    if (!written.includes("\\")) return written;
    const value: unknown = JSON.parse(`"${written}"`);
    return typeof value === "string" ? value.toWellFormed() : "";
  }
}

interface Piece {
  readonly literal: string;
  readonly kind: Kind;
}

/** The message with each of its values replaced by a text: `mark` and the value's number; undefined when it has other numbers than short integers. */
export function withMarks(text: string, mark: string): string | undefined {
  return piecesOf(text)
    ?.map(({ literal, kind }, index) => {
      if (kind === "end") return literal;
      const json = JSON.stringify(`${mark}${index}`);
      return literal + (kind === "text" ? json.slice(1, -1) : json);
    })
    .join("");
}

function piecesOf(text: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  let done = 0;
  const cut = (kind: Kind, from: number, to: number) => {
    pieces.push({ literal: ownText(text.slice(done, from)), kind });
    done = to;
  };
  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at);
    if (character === '"') {
      const end = endOfString(text, at);
      COLON.lastIndex = end;
      if (!COLON.test(text)) cut("text", at + 1, end - 1);
      at = end;
    } else if (/[-\d]/.test(character)) {
      const end = endOfInteger(text, at);
      if (end === Infinity) return undefined;
      cut("integer", at, end);
      at = end;
    } else at++;
  }
  cut("end", text.length, text.length);
  return pieces;
}

/** The one of `nodes` that the text goes on with. Messages of one kind come together: the one found is looked at first the next time. */
function follow<Known>(nodes: Node<Known>[], text: string, at: number): Node<Known> | undefined {
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index];
    if (node === undefined || !text.startsWith(node.literal, at)) continue;
    if (node.kind === "integer" && !isDigit(text.charCodeAt(at + node.literal.length))) continue;
    if (index > 0) {
      nodes.splice(index, 1);
      nodes.unshift(node);
    }
    return node;
  }
  return undefined;
}

/** Infinity where there is none. */
function positionOf(character: string, text: string, from: number): number {
  const position = text.indexOf(character, from);
  return position === -1 ? Infinity : position;
}

/** 0 when it is none that JSON knows. */
function escapeLength(text: string, at: number): number {
  if (text.charCodeAt(at + 1) === BACKSLASH) return 2;
  ESCAPE.lastIndex = at;
  return ESCAPE.test(text) ? ESCAPE.lastIndex - at : 0;
}

/** Fifteen digits at most, so that each is held by a number and written as it is read; Infinity for any other number. */
function endOfInteger(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at++;
  const digits = at - from;
  const isShort = digits > 0 && digits <= 15 && (digits === 1 || text.charCodeAt(from) !== ZERO);
  return isShort && !/[.eE]/.test(text.charAt(at)) ? at : Infinity;
}

/** JSON has no control characters in its texts, and UTF-8 no half of a surrogate pair. */
function isPlain(text: string): boolean {
  return !CONTROL.test(text) && text.isWellFormed();
}

/** The same text, but not as a part of another one: it keeps no message in memory, and is compared several times faster. */
function ownText(text: string): string {
  const own: unknown = JSON.parse(JSON.stringify(text));
  return typeof own === "string" ? own : text;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9;
}

const ZERO = "0".charCodeAt(0);
const BACKSLASH = "\\".charCodeAt(0);
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const COLON = /\s*:/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f]/;
