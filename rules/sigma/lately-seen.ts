/** Texts that are remembered at once; and the characters of the longest of them. Together they bound the memory, to some megabytes. */
const SLOTS = 4_096;
const LONGEST = 1_024;

/**
 * What was found in the texts seen last: logs say the same few things (accounts, programs, computers) again and again. Each text has one place, by a few of its
 * characters, and keeps it until another comes that falls there.
 */
export class LatelySeen<T> {
  readonly #by: (Search<T> | undefined)[] = new Array(SLOTS).fill(undefined);
  readonly #texts: string[] = new Array(SLOTS).fill("");
  readonly #found: (readonly T[] | undefined)[] = new Array(SLOTS).fill(undefined);

  /** What `search` finds in the text; it must always find the same. */
  find(text: string, search: Search<T>): readonly T[] | undefined {
    if (text.length > LONGEST) return search.search(text);
    const slot = (placeOf(text) ^ search.salt) & (SLOTS - 1);
    if (this.#by[slot] === search && this.#texts[slot] === text) return this.#found[slot];
    const found = search.search(text);
    this.#found[slot] = found;
    this.#by[slot] = search;
    this.#texts[slot] = text;
    return found;
  }
}

/** Finds things in texts. */
export interface Search<T> {
  /** Any number: searches of the same texts should have different ones. */
  readonly salt: number;
  /** Undefined where there is nothing; the same thing may be found several times. */
  search(text: string): readonly T[] | undefined;
}

/** Paths differ before their extension, accounts at the end, ids anywhere. */
function placeOf(text: string): number {
  const { length } = text;
  if (length === 0) return 0;
  const sample =
    text.charCodeAt(length - 1) ^
    (text.charCodeAt(length > 6 ? length - 6 : 0) << 5) ^
    (text.charCodeAt(length >> 1) << 10) ^
    (text.charCodeAt(length >> 2) << 15);
  return Math.imul(sample + length, 0x9e3779b1) >>> 20;
}
