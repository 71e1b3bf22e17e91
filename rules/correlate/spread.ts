import type { Ticks } from "../../model/ticks.ts";
import type { Fold } from "./held.ts";
import { lowerBound } from "./lower-bound.ts";

/** An amount of something that lay somewhere between two moments. */
export interface Span {
  readonly since: Ticks;
  readonly until: Ticks;
  readonly amount: number;
}

/** Amounts of which only the span is known: they are taken to lie evenly in it. */
export class Spread {
  readonly #spans: readonly Span[];
  readonly #ends: readonly Ticks[];
  /** The amounts of all spans before the one of this index. */
  readonly #sums: Float64Array;
  readonly #longest: Ticks;

  constructor(spans: readonly Span[]) {
    this.#spans = spans.toSorted((a, b) => (a.until < b.until ? -1 : a.until > b.until ? 1 : 0));
    this.#ends = this.#spans.map(({ until }) => until);
    this.#sums = new Float64Array(spans.length + 1);
    let longest = 0n;
    for (const [at, { since, until, amount }] of this.#spans.entries()) {
      this.#sums[at + 1] = (this.#sums[at] ?? 0) + amount;
      if (until - since > longest) longest = until - since;
    }
    this.#longest = longest;
  }

  get total(): number {
    return this.#sums.at(-1) ?? 0;
  }

  /** What lies in [from, to], as a whole number. */
  between(from: Ticks, to: Ticks): number {
    return this.#spans.length === 0 ? 0 : Math.round(this.#before(to + 1n) - this.#before(from));
  }

  /** Whether one of the spans reaches from here to there, but for a gap at either end. */
  covers(from: Ticks, to: Ticks, gap: Ticks): boolean {
    for (const { since } of this.#around(to - gap)) if (since <= from + gap) return true;
    return false;
  }

  #before(at: Ticks): number {
    let sum = this.#sums[lowerBound(this.#ends, at)] ?? 0;
    for (const { since, until, amount } of this.#around(at))
      if (since < at) sum += (amount * Number(at - since)) / Number(until - since);
    return sum;
  }

  /** Spans that end then or later, and may have begun before. */
  *#around(at: Ticks): Generator<Span> {
    let index = lowerBound(this.#ends, at);
    for (
      let span = this.#spans[index];
      span !== undefined && span.until - this.#longest < at;
      span = this.#spans[++index]
    )
      yield span;
  }
}

/**
 * What was only counted, of detections or items.
 * @param amount what each of those counts that stand behind this one
 */
export function spreadOf<One extends { readonly fold?: Fold | undefined }>(
  those: readonly One[],
  amount: (one: One) => number = () => 1,
): Spread {
  const spans: Span[] = [];
  for (const one of those) {
    const { fold } = one;
    if (fold !== undefined) spans.push({ since: fold.since, until: fold.until, amount: fold.count * amount(one) });
  }
  return new Spread(spans);
}
