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

const SLOTS = 1 << 14;
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
    const { used, grams, stride } = this.#table;
    const bytes = PADDING + text.length <= shared.length ? shared : Buffer.alloc(PADDING + text.length);
    const end = PADDING + bytes.write(text, PADDING, "latin1");
    let gram = 0;
    let at = PADDING + (stride === 1 ? 0 : this.#length - 1);
    for (; at < end; at += stride) {
      gram = stride === 1 ? ((gram << 8) | (bytes[at] ?? 0)) & this.#mask : gramAt(bytes, at) & this.#mask;
      const slot = slotOf(gram);
      if (used[slot] === 0) continue;
      for (const one of grams[slot] ?? [])
        if (one.gram === gram && text.startsWith(one.entry.literal, at - PADDING - one.offset)) found(one.entry.found);
    }
  }
}

/** Grams by the slots of a hash table. */
class Table<T> {
  readonly grams: (Gram<T>[] | undefined)[] = new Array(SLOTS);
  /** Beside them because most places of a text end here, and bytes are near. */
  readonly used = new Uint8Array(SLOTS);
  readonly stride: number;
  readonly #length: GramLength;
  readonly #mask: number;

  constructor(entries: ReadonlyMap<string, Entry<T>>, length: GramLength, mask: number) {
    this.#length = length;
    this.#mask = mask;
    let shortest = Number.POSITIVE_INFINITY;
    for (const literal of entries.keys()) shortest = Math.min(shortest, literal.length);
    this.stride = Math.min(MAX_STRIDE, shortest - length + 1);
    for (const entry of entries.values()) this.#add(entry);
  }

  #add(entry: Entry<T>): void {
    const { literal } = entry;
    const bytes = Buffer.alloc(PADDING + literal.length);
    bytes.write(literal, PADDING, "latin1");
    const gramsOf = Array.from({ length: literal.length - this.#length + 1 }, (_, at) => {
      const offset = at + this.#length - 1;
      const gram = gramAt(bytes, PADDING + offset) & this.#mask;
      const isCommon = COMMON.includes(literal.slice(at, offset + 1));
      return { entry, offset, gram, cost: (isCommon ? 100 : 0) + (this.grams[slotOf(gram)]?.length ?? 0) };
    });
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let first = 0; first + this.stride <= gramsOf.length && least > 0; first++) {
      let cost = 0;
      for (let at = first; at < first + this.stride; at++) cost += gramsOf[at]?.cost ?? 0;
      if (cost < least) {
        least = cost;
        best = first;
      }
    }
    for (const gram of gramsOf.slice(best, best + this.stride)) this.#place(gram);
  }

  #place(gram: Gram<T>): void {
    const slot = slotOf(gram.gram);
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

function slotOf(gram: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> 18;
}
