interface Entry<T> {
  readonly literal: string;
  readonly found: T[];
}

/** A literal, known by one of its grams; the gram's last character is `offset` behind the literal's first. */
interface Gram<T> {
  readonly entry: Entry<T>;
  readonly offset: number;
  readonly gram: number;
}

/** How many characters a gram has. */
export type GramLength = 1 | 2 | 4;

const MAX_BITS = 14;
/** Before the text, so that the gram of its first characters can be read. */
const PADDING = 3;
/** Every how many characters a gram is looked up, at most. */
const MAX_STRIDE = 5;

/** Paths and names that most events have: what is known by one of their pieces is looked at too often. */
const COMMON =
  'c:\\windows\\system32\\ c:\\windows\\syswow64\\ c:\\program files (x86)\\ c:\\program files\\ c:\\users\\public\\ \\appdata\\local\\temp\\ \\appdata\\roaming\\ c:\\programdata\\ c:\\windows\\temp\\ microsoft-windows- .exe" .exe .dll hklm\\software\\microsoft\\windows\\currentversion\\ hkcu\\software\\ \\system\\currentcontrolset\\services\\ http:// https:// sha256= md5= imphash= sha1= operating system corporation 0x00000000000 00000000';

/** The text that is searched, as bytes: these are read faster than a string's characters. */
const shared = Buffer.alloc(PADDING + 65_536);

/**
 * Finds which of many literals stand in a text, in one pass (as Wu and Manber's search does): each literal is known by a few of its characters, a gram
 * that few others have, and grams are looked up at every place of the text; or, when all literals are long, at every `stride`th place, and
 * each literal is known by as many grams in a row. Of a character only the low byte is looked up; a literal whose gram is there is then compared.
 */
export class GramIndex<T> {
  readonly #length: GramLength;
  readonly #mask: number;
  readonly #entries = new Map<string, Entry<T>>();
  /** Made of the entries at the first search after the last addition. */
  #table: Table<T> | undefined;

  constructor(length: GramLength) {
    this.#length = length;
    this.#mask = length === 4 ? -1 : (1 << (8 * length)) - 1;
  }

  /** `literal` has at least the characters of one gram. */
  add(literal: string, value: T): void {
    const known = this.#entries.get(literal);
    if (known === undefined) this.#entries.set(literal, { literal, found: [value] });
    else if (known.found.at(-1) !== value) known.found.push(value);
    this.#table = undefined;
  }

  /** Calls back with what was added for each literal in the text, each time it stands there. */
  scan(text: string, found: (values: readonly T[]) => void): void {
    this.#table ??= new Table(this.#entries, this.#length, this.#mask);
    const { used, grams, shift, stride } = this.#table;
    const bytes = PADDING + text.length <= shared.length ? shared : Buffer.alloc(PADDING + text.length);
    const end = PADDING + bytes.write(text, PADDING, "latin1");
    let gram = 0;
    let at = PADDING + (stride === 1 ? 0 : this.#length - 1);
    for (; at < end; at += stride) {
      gram = stride === 1 ? ((gram << 8) | (bytes[at] ?? 0)) & this.#mask : gramAt(bytes, at) & this.#mask;
      const slot = slotOf(gram, shift);
      if (used[slot] === 0) continue;
      for (const one of grams[slot] ?? [])
        if (one.gram === gram && text.startsWith(one.entry.literal, at - PADDING - one.offset)) found(one.entry.found);
    }
  }
}

/** Grams by the slots of a hash table. */
class Table<T> {
  readonly grams: (Gram<T>[] | undefined)[];
  /** Beside them because most places of a text end here, and bytes are near. */
  readonly used: Uint8Array;
  /** A slot is what a hash of 32 bits has above these. */
  readonly shift: number;
  readonly stride: number;
  readonly #length: GramLength;
  readonly #mask: number;

  constructor(entries: ReadonlyMap<string, Entry<T>>, length: GramLength, mask: number) {
    this.#length = length;
    this.#mask = mask;
    let shortest = Number.POSITIVE_INFINITY;
    for (const literal of entries.keys()) shortest = Math.min(shortest, literal.length);
    this.stride = Math.min(MAX_STRIDE, shortest - length + 1);
    const bits = Math.min(MAX_BITS, 4 + Math.ceil(Math.log2(entries.size * this.stride + 1)));
    this.shift = 32 - bits;
    this.grams = [];
    this.used = new Uint8Array(1 << bits);
    for (const entry of entries.values()) this.#add(entry);
  }

  /** By the grams in a row that the fewest others have. */
  #add(entry: Entry<T>): void {
    const { literal } = entry;
    const bytes = Buffer.alloc(PADDING + literal.length);
    bytes.write(literal, PADDING, "latin1");
    const gram = (offset: number) => gramAt(bytes, PADDING + offset) & this.#mask;
    const last = literal.length - this.stride;
    let best = this.#length - 1;
    let least = Number.POSITIVE_INFINITY;
    for (let first = best; first <= last && least > 0; first++) {
      let cost = 0;
      for (let offset = first; offset < first + this.stride; offset++) cost += this.#cost(gram(offset));
      if (cost < least) {
        least = cost;
        best = first;
      }
    }
    for (let offset = best; offset < best + this.stride; offset++) this.#place({ entry, offset, gram: gram(offset) });
  }

  #cost(gram: number): number {
    const others = this.grams[slotOf(gram, this.shift)]?.length ?? 0;
    return others + (this.#length === 4 && COMMON_GRAMS.has(gram) ? 100 : 0);
  }

  #place(gram: Gram<T>): void {
    const slot = slotOf(gram.gram, this.shift);
    const there = this.grams[slot];
    if (there === undefined) this.grams[slot] = [gram];
    else there.push(gram);
    this.used[slot] = 1;
  }
}

/** The four bytes that end there. */
function gramAt(bytes: Buffer, at: number): number {
  return ((bytes[at - 3] ?? 0) << 24) | ((bytes[at - 2] ?? 0) << 16) | ((bytes[at - 1] ?? 0) << 8) | (bytes[at] ?? 0);
}

function slotOf(gram: number, shift: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> shift;
}

const COMMON_GRAMS = gramsOf(Buffer.from(COMMON, "latin1"));

function gramsOf(bytes: Buffer): ReadonlySet<number> {
  return new Set(Array.from(bytes, (_, at) => gramAt(bytes, at)));
}
