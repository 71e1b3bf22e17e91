import { numberOf } from "./compile-value.ts";
import type { TextValue } from "./event-text.ts";
import { GramIndex, type GramLength } from "./gram-index.ts";
import type { NecessaryTest } from "./necessary-test.ts";
import { isAscii } from "./regex-literal.ts";

/** What is to be done when one of many tests of one field holds. */
export class FieldIndex<T> {
  readonly #wholes = new Map<string, T[]>();
  readonly #numbers = new Map<number, T[]>();
  /** Literals by how many characters they are known by. */
  readonly #literals = new Map<GramLength, GramIndex<T>>();
  /** A value with fewer characters passes no test. */
  #shortest = Number.POSITIVE_INFINITY;

  add({ kind, text }: NecessaryTest, value: T): void {
    this.#shortest = Math.min(this.#shortest, shortestFor(text));
    if (kind === "literal") {
      this.#literalsFor(text).add(text, value);
      return;
    }
    append(this.#wholes, text, value);
    if (kind === "number") {
      append(this.#numbers, Number(text), value);
      this.#shortest = 0;
    }
  }

  /** Calls back with what was added for each test that the value passes; perhaps more than once. */
  look(value: TextValue, found: (values: readonly T[]) => void): void {
    if (value.raw.length < this.#shortest) return;
    const { lower } = value;
    if (this.#wholes.size > 0) {
      const whole = this.#wholes.get(lower);
      if (whole !== undefined) found(whole);
    }
    if (this.#numbers.size > 0) {
      const number = numberOf(lower);
      const same = number === undefined ? undefined : this.#numbers.get(number);
      if (same !== undefined) found(same);
    }
    for (const [length, index] of this.#literals) if (length > 1 || !isAscii(lower)) index.scan(lower, found);
  }

  #literalsFor(text: string): GramIndex<T> {
    const length = text.length >= 4 ? 4 : text.length >= 2 ? 2 : 1;
    let index = this.#literals.get(length);
    if (index === undefined) {
      index = new GramIndex(length);
      this.#literals.set(length, index);
    }
    return index;
  }
}

/** Lower case is as long as the text but for the dotted I, which becomes an i and a combining dot. */
function shortestFor(text: string): number {
  return text.includes("\u0307") ? 0 : text.length;
}

function append<K, T>(lists: Map<K, T[]>, key: K, value: T): void {
  const there = lists.get(key);
  if (there === undefined) lists.set(key, [value]);
  else if (there.at(-1) !== value) there.push(value);
}
