import { endOfString } from "./json.ts";

/** A run of values and what stands between them, up to where layouts part. */
interface Node<Known> {
  pieces: readonly Piece[];
  /** Sticky, a group a value. */
  pattern: RegExp;
  next: Node<Known>[];
  /** Of a layout that ends here. */
  known: Known | undefined;
}

interface Piece {
  /** What stands before a value: the closing quote of the one before and this one's opening quote are part of it. */
  readonly literal: string;
  readonly kind: "text" | "integer" | "end";
}

/** What is longer is parsed: a pattern that fails goes back over all that it has taken. */
const MAX_CHARACTERS = 1 << 16;
/** Of one layout. */
const MAX_VALUES = 256;
/** Past so many characters in all literals the pool starts anew: keys come from the messages, and there is no end to what one may name. */
const MAX_LITERALS = 1 << 20;
/** Of one node. What has more is no layout that repeats. */
const MAX_NEXT = 256;
/** To learn a layout costs as much as to parse some ten messages: so many are learned at once, and then one for so many messages that one was known for. */
const CREDIT = { most: 1_000, perFound: 1 / 32 };

/**
 * Knows JSON messages by their layout: the same keys in the same order, with values of the same kinds, written in the same way. Shippers write events
 * of one kind always so, and a regular expression that V8 has compiled for the layout cuts the values out in a third of the time that parsing takes.
 * `null`, `true` and `false` are part of the layout; texts and integers are its values.
 */
export class Layouts<Known> {
  #first: Node<Known>[] = [];
  #literals = 0;
  #credit = CREDIT.most;

  /** The message as one of its layout; undefined when that is not known, or the text is no sound JSON. */
  find(text: string): LaidOut<Known> | undefined {
    if (text.length > MAX_CHARACTERS) return undefined;
    const written: string[] = [];
    let nodes = this.#first;
    for (let at = 0; ; ) {
      const node = follow(nodes, text, at, written);
      if (node === undefined) return undefined;
      if (node.known !== undefined) {
        // UTF-8 has no half of a surrogate pair.
        if (!text.isWellFormed()) return undefined;
        this.#credit = Math.min(CREDIT.most, this.#credit + CREDIT.perFound);
        return new LaidOut(node.known, written);
      }
      at = node.pattern.lastIndex;
      nodes = node.next;
    }
  }

  /** Whether it is worth the trouble to learn another layout now. */
  get canLearn(): boolean {
    return this.#credit >= 1;
  }

  /** Remembers the layout of a message, which must be sound JSON; one that has numbers which are no short integers is not remembered. */
  add(text: string, known: Known): void {
    const pieces = text.length > MAX_CHARACTERS ? undefined : piecesOf(text);
    if (pieces === undefined || pieces.length > MAX_VALUES) return;
    this.#credit--;
    if (this.#literals > MAX_LITERALS) {
      this.#first = [];
      this.#literals = 0;
    }
    let left = pieces;
    let nodes = this.#first;
    while (left.length > 0) {
      const node = nodes.find(({ pieces }) => inCommon(pieces, left) > 0);
      if (node === undefined) {
        if (nodes.length >= MAX_NEXT) return;
        this.#literals += left.reduce((sum, { literal }) => sum + literal.length, 0);
        nodes.push({ pieces: left, pattern: patternOf(left), next: [], known });
        return;
      }
      const count = inCommon(node.pieces, left);
      if (count < node.pieces.length) part(node, count);
      left = left.slice(count);
      nodes = node.next;
    }
  }
}

/** A message whose layout is known, its values as they are written in it. */
export class LaidOut<Known> {
  readonly known: Known;
  readonly #written: readonly string[];

  constructor(known: Known, written: readonly string[]) {
    this.known = known;
    this.#written = written;
  }

  /** Half of a surrogate pair becomes U+FFFD. */
  value(index: number): string {
    const written = this.#written[index] ?? "";
    if (!written.includes("\\")) return written;
    const value: unknown = JSON.parse(`"${written}"`);
    return typeof value === "string" ? value.toWellFormed() : "";
  }
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
  const cut = (kind: Piece["kind"], from: number, to: number) => {
    pieces.push({ literal: text.slice(done, from), kind });
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
      SHORT_INTEGER.lastIndex = at;
      if (!SHORT_INTEGER.test(text)) return undefined;
      cut("integer", at, SHORT_INTEGER.lastIndex);
      at = SHORT_INTEGER.lastIndex;
    } else at++;
  }
  cut("end", text.length, text.length);
  return pieces;
}

/** How many pieces two layouts begin with alike. */
function inCommon(a: readonly Piece[], b: readonly Piece[]): number {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && a[count]?.literal === b[count]?.literal && a[count]?.kind === b[count]?.kind) count++;
  return count;
}

/** Cuts a node in two, so that another may go on behind its first pieces. */
function part<Known>(node: Node<Known>, count: number): void {
  const [head, tail] = [node.pieces.slice(0, count), node.pieces.slice(count)];
  node.next = [{ pieces: tail, pattern: patternOf(tail), next: node.next, known: node.known }];
  node.pieces = head;
  node.pattern = patternOf(head);
  node.known = undefined;
}

function patternOf(pieces: readonly Piece[]): RegExp {
  return new RegExp(pieces.map(({ literal, kind }) => RegExp.escape(literal) + VALUES[kind]).join(""), "y");
}

/** The one of `nodes` that the text goes on with. Messages of one kind come together: the one found is looked at first the next time. */
function follow<Known>(nodes: Node<Known>[], text: string, at: number, written: string[]): Node<Known> | undefined {
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index];
    if (node === undefined) continue;
    node.pattern.lastIndex = at;
    const found = node.pattern.exec(text);
    if (found === null) continue;
    for (let group = 1; group < found.length; group++) written.push(found[group] ?? "");
    if (index > 0) {
      nodes.splice(index, 1);
      nodes.unshift(node);
    }
    return node;
  }
  return undefined;
}

/** Fifteen digits at most, so that each is held by a number and written as it is read. */
const INTEGER = "(0|[1-9][0-9]{0,14})(?![0-9.eE])";
/** As JSON has them (RFC 8259): each text can be taken in one way only, so that the pattern takes no longer than the text is long. */
const VALUES = {
  text: String.raw`([^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*)`,
  integer: INTEGER,
  end: "$",
} as const;
const SHORT_INTEGER = new RegExp(INTEGER, "y");
const COLON = /\s*:/y;
