import { numberOf } from "./compile-value.ts";
import { GramIndex } from "./gram-index.ts";
import type { LatelySeen, Search } from "./lately-seen.ts";
import type { NecessaryTests } from "./necessary-test.ts";
import { SearchedText } from "./searched-text.ts";

let indexes = 0;

/** What is to be done when one of many tests of one field holds. */
export class FieldIndex<T> implements Search<T> {
  readonly salt = Math.imul(++indexes, 0x9e3779b1) >>> 20;
  readonly #seen: LatelySeen<T>;
  readonly #wholes = new Map<string, T[]>();
  readonly #numbers = new Map<number, T[]>();
  /** One for each number of characters that literals are known by. */
  readonly #literals: GramIndex<T>[] = [];
  /** A value with fewer characters passes no test. */
  #shortest = Number.POSITIVE_INFINITY;

  readonly #before: string[] = [];
  readonly #foundBefore: (readonly T[] | undefined)[] = [];

  constructor(seen: LatelySeen<T>) {
    this.#seen = seen;
  }

  add({ kind, texts }: NecessaryTests, value: T): void {
    for (const text of texts) {
      this.#shortest = Math.min(this.#shortest, kind === "number" ? 0 : shortestFor(text));
      if (kind === "literal") this.#literalsFor(text).add(text, value);
      else append(this.#wholes, text, value);
      if (kind === "number") append(this.#numbers, Number(text), value);
    }
  }

  /** What was added for each test that the value passes, if it passes any. `place` is where the value stands: most say there what they said before. */
  look(value: string, place: number): readonly T[] | undefined {
    if (value.length < this.#shortest) return undefined;
    if (this.#before[place] === value) return this.#foundBefore[place];
    const found = this.#seen.find(value, this);
    this.#before[place] = value;
    this.#foundBefore[place] = found;
    return found;
  }

  search(value: string): readonly T[] | undefined {
    const text = new SearchedText(value);
    const found: T[] = [];
    if (this.#wholes.size > 0) addAll(found, this.#wholes.get(text.lower));
    if (this.#numbers.size > 0) {
      const number = numberOf(value);
      if (number !== undefined) addAll(found, this.#numbers.get(number));
    }
    for (const index of this.#literals) if (index.length > 1 || !text.isAscii) index.scan(text, found);
    return found.length === 0 ? undefined : found;
  }

  #literalsFor(text: string): GramIndex<T> {
    const length = text.length >= 4 ? 4 : text.length >= 2 ? 2 : 1;
    const known = this.#literals.find((index) => index.length === length);
    if (known !== undefined) return known;
    const index = new GramIndex<T>(length);
    this.#literals.push(index);
    return index;
  }
}

/** Lower case is as long as the text but for the dotted I, which becomes an i and a combining dot. */
function shortestFor(text: string): number {
  return text.includes("\u0307") ? 0 : text.length;
}

function addAll<T>(found: T[], more: readonly T[] | undefined): void {
  if (more !== undefined) for (const one of more) found.push(one);
}

function append<K, T>(lists: Map<K, T[]>, key: K, value: T): void {
  const there = lists.get(key);
  if (there === undefined) lists.set(key, [value]);
  else there.push(value);
}
