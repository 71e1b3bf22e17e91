import { EVERYDAY } from "./everyday.ts";
import type { SearchedText } from "./searched-text.ts";

interface Entry<T> {
  readonly literal: string;
  readonly found: T[];
}

/** A literal, known by one of its grams, which begins `offset` behind the literal's first character. */
interface Gram<T> {
  readonly entry: Entry<T>;
  readonly offset: number;
  readonly gram: number;
}

/** How many characters a gram has. */
export type GramLength = 1 | 2 | 4;

const MAX_BITS = 14;
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
  readonly #length: GramLength;
  readonly #entries = new Map<string, Entry<T>>();
  /** Made of the entries at the first search after the last addition. */
  #table: Table<T> | undefined;

  constructor(length: GramLength) {
    this.#length = length;
  }

  /** `literal`, in lower case, has at least the characters of one gram. */
  add(literal: string, value: T): void {
    const known = this.#entries.get(literal);
    if (known === undefined) this.#entries.set(literal, { literal, found: [value] });
    else if (known.found.at(-1) !== value) known.found.push(value);
    this.#table = undefined;
  }

  /** Adds to `found` what was added for each literal in the text, each time it stands there. */
  scan(text: SearchedText, found: (readonly T[])[]): void {
    this.#table ??= new Table(this.#entries, this.#length);
    const { numbers, lists, shift, stride, mask } = this.#table;
    const { bytes } = text;
    const last = text.length - this.#length;
    for (let at = 0; at <= last; at += stride) {
      const gram = (bytes.getUint32(at, true) | SMALL) & mask;
      const number = numbers[slotOf(gram, shift)];
      if (number === 0 || number === undefined) continue;
      for (const one of lists[number] ?? [])
        if (one.gram === gram && text.lower.startsWith(one.entry.literal, at - one.offset)) found.push(one.entry.found);
    }
  }
}

/** Grams by the slots of a hash table. */
class Table<T> {
  /** The list of each slot, 0 where there is none: most places of a text end here. */
  readonly numbers: Uint16Array;
  readonly lists: Gram<T>[][] = [[]];
  /** A slot is what a hash of 32 bits has above these. */
  readonly shift: number;
  readonly stride: number;
  /** The bytes of a gram, of four that are read. */
  readonly mask: number;
  readonly #length: GramLength;

  constructor(entries: ReadonlyMap<string, Entry<T>>, length: GramLength) {
    this.#length = length;
    this.mask = length === 4 ? -1 : (1 << (8 * length)) - 1;
    let shortest = Number.POSITIVE_INFINITY;
    for (const literal of entries.keys()) shortest = Math.min(shortest, literal.length);
    this.stride = Math.min(MAX_STRIDE, shortest - length + 1);
    const bits = Math.min(MAX_BITS, 4 + Math.ceil(Math.log2(entries.size * this.stride + 1)));
    this.shift = 32 - bits;
    this.numbers = new Uint16Array(1 << bits);
    for (const entry of entries.values()) this.#add(entry);
  }

  /** By the grams in a row that the fewest others have. */
  #add(entry: Entry<T>): void {
    const grams = gramsOf(entry.literal, this.mask).slice(0, entry.literal.length - this.#length + 1);
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let first = 0; first + this.stride <= grams.length && least > 0; first++) {
      let cost = 0;
      for (let offset = first; offset < first + this.stride; offset++) cost += this.#cost(grams[offset] ?? 0);
      if (cost < least) {
        least = cost;
        best = first;
      }
    }
    for (const [at, gram] of grams.slice(best, best + this.stride).entries())
      this.#place({ entry, offset: best + at, gram });
  }

  #cost(gram: number): number {
    const others = this.#listOf(gram).length;
    return others + (this.#length === 4 && COMMON_GRAMS.has(gram) ? 100 : 0);
  }

  #place(gram: Gram<T>): void {
    const list = this.#listOf(gram.gram);
    if (list.length > 0) list.push(gram);
    else this.numbers[slotOf(gram.gram, this.shift)] = this.lists.push([gram]) - 1;
  }

  /** Empty where no gram falls. */
  #listOf(gram: number): Gram<T>[] {
    return this.lists[this.numbers[slotOf(gram, this.shift)] ?? 0] ?? [];
  }
}

/** The gram that begins at each character of a text. */
function gramsOf(text: string, mask: number): number[] {
  let gram = 0;
  const grams: number[] = new Array(text.length);
  for (let at = text.length - 1; at >= 0; at--) {
    gram = (gram << 8) | (text.charCodeAt(at) & 0xff);
    grams[at] = (gram | SMALL) & mask;
  }
  return grams;
}

function slotOf(gram: number, shift: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> shift;
}

const COMMON_GRAMS: ReadonlySet<number> = new Set(EVERYDAY.flatMap((text) => gramsOf(text, -1)));
