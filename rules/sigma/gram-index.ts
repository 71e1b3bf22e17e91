import { EVERYDAY } from "./everyday.ts";
import type { SearchedText } from "./searched-text.ts";

/** How many characters a gram has. */
type GramLength = 1 | 2 | 4;

const MAX_BITS = 16;
/** Every how many characters a gram is looked up, at most. */
const MAX_STRIDE = 5;
/** In a byte, what tells a small letter from a capital. Other characters that differ in it alone share their grams: a literal is compared in any case. */
const SMALL = 0x20_20_20_20;

/**
 * Finds which of many literals stand in a text, in one pass (as Wu and Manber's search does): each literal is known by a few of its characters, a gram
 * that few others have, and grams are looked up at every place of the text; or, when all literals are long, at every `stride`th place, and
 * each literal is known by as many grams in a row. Of a character only the low byte is looked up; a literal whose gram is there is then compared.
 */
export class GramIndex<T> {
  readonly length: GramLength;
  readonly #numbers = new Map<string, number>();
  readonly #literals: string[] = [];
  /** Of each literal the entry added last, of each entry the one before it of the same literal, or -1. Most literals have one: a list for each would be the most of it all. */
  readonly #last: number[] = [];
  readonly #before: number[] = [];
  readonly #values: T[] = [];
  /** Made of the literals at the first search after the last addition. */
  #table: Table | undefined;

  constructor(length: GramLength) {
    this.length = length;
  }

  /** `literal`, in lower case, has at least the characters of one gram. */
  add(literal: string, value: T): void {
    let number = this.#numbers.get(literal);
    if (number === undefined) {
      number = this.#literals.push(literal) - 1;
      this.#numbers.set(literal, number);
      this.#last.push(-1);
      this.#table = undefined;
    }
    this.#before.push(this.#last[number] ?? -1);
    this.#last[number] = this.#values.push(value) - 1;
  }

  /** Adds to `found` what was added for each literal in the text, each time it stands there. */
  scan(text: SearchedText, found: T[]): void {
    this.#table ??= new Table(this.#literals, this.length);
    const { heads, shift, stride, mask } = this.#table;
    const { bytes } = text;
    const last = text.length - this.length;
    for (let at = 0; at <= last; at += stride) {
      const gram = (bytes.getUint32(at, true) | SMALL) & mask;
      const head = heads[slotOf(gram, shift)] ?? 0;
      if (head !== 0) this.#compare(head, gram, text.lower, at, found);
    }
  }

  /** With the literals whose grams are in a slot. */
  #compare(head: number, gram: number, text: string, at: number, found: T[]): void {
    const grams = this.#table?.grams ?? NO_GRAMS;
    for (let one = head; one !== 0; one = grams[one + NEXT] ?? 0) {
      if (grams[one] !== gram) continue;
      const literal = grams[one + LITERAL] ?? 0;
      if (text.startsWith(this.#literals[literal] ?? "", at - (grams[one + OFFSET] ?? 0)))
        this.#collect(literal, found);
    }
  }

  #collect(literal: number, found: T[]): void {
    for (let entry = this.#last[literal] ?? -1; entry >= 0; entry = this.#before[entry] ?? -1) {
      const value = this.#values[entry];
      if (value !== undefined) found.push(value);
    }
  }
}

/** What stands in a table for each gram: itself, the number of its literal, how far behind the literal's beginning it stands, and where the next in the same slot is. */
const LITERAL = 1;
const OFFSET = 2;
const NEXT = 3;
const NUMBERS = 4;

const NO_GRAMS = new Int32Array(0);

/** Grams by the slots of a hash table, all in one array: an object for each would cost more than all searches of most tables. */
class Table {
  /** Where each slot's grams begin, 0 where there are none: most places of a text end here. */
  readonly heads: Int32Array;
  readonly grams: Int32Array;
  /** A slot is what a hash of 32 bits has above these. */
  readonly shift: number;
  readonly stride: number;
  /** The bytes of a gram, of four that are read. */
  readonly mask: number;
  readonly #length: GramLength;
  #end = NUMBERS;

  constructor(literals: readonly string[], length: GramLength) {
    this.#length = length;
    this.mask = length === 4 ? -1 : (1 << (8 * length)) - 1;
    let shortest = Number.POSITIVE_INFINITY;
    for (const literal of literals) shortest = Math.min(shortest, literal.length);
    this.stride = Math.min(MAX_STRIDE, shortest - length + 1);
    const count = literals.length * this.stride;
    const bits = Math.min(MAX_BITS, 3 + Math.ceil(Math.log2(count + 1)));
    this.shift = 32 - bits;
    this.heads = new Int32Array(1 << bits);
    this.grams = new Int32Array(NUMBERS * (count + 1));
    for (let number = 0; number < literals.length; number++) this.#add(literals[number] ?? "", number);
  }

  /** By the grams in a row that the fewest others have. */
  #add(literal: string, number: number): void {
    const last = literal.length - this.#length + 1 - this.stride;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let first = 0; first <= last && least > 0; first++) {
      let cost = 0;
      for (let at = first; at < first + this.stride && cost < least; at++)
        cost += this.#cost(this.#gramAt(literal, at));
      if (cost < least) {
        least = cost;
        best = first;
      }
    }
    for (let at = best; at < best + this.stride; at++) this.#place(this.#gramAt(literal, at), number, at);
  }

  #gramAt(literal: string, at: number): number {
    return gramAt(literal, at) & this.mask;
  }

  #cost(gram: number): number {
    let others = this.#length === 4 && COMMON_GRAMS.has(gram) ? 100 : 0;
    for (let one = this.heads[slotOf(gram, this.shift)] ?? 0; one !== 0; one = this.grams[one + NEXT] ?? 0) others++;
    return others;
  }

  #place(gram: number, literal: number, offset: number): void {
    const slot = slotOf(gram, this.shift);
    const { heads, grams } = this;
    const at = this.#end;
    grams[at] = gram;
    grams[at + LITERAL] = literal;
    grams[at + OFFSET] = offset;
    grams[at + NEXT] = heads[slot] ?? 0;
    heads[slot] = at;
    this.#end = at + NUMBERS;
  }
}

/** The four characters from `at` on, or as many as there are. */
function gramAt(text: string, at: number): number {
  let gram = 0;
  for (let to = Math.min(at + 3, text.length - 1); to >= at; to--) gram = (gram << 8) | (text.charCodeAt(to) & 0xff);
  return gram | SMALL;
}

function slotOf(gram: number, shift: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> shift;
}

const COMMON_GRAMS: ReadonlySet<number> = new Set(
  EVERYDAY.flatMap((text) => Array.from(text, (_, at) => gramAt(text, at))),
);
