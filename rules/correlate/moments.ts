import type { Ticks } from "../../model/ticks.ts";
import { lowerBound } from "./lower-bound.ts";
import { type Span, Spread } from "./spread.ts";

/** When something happened: moments that are known, and of what was only counted the spans. */
export class Moments {
  readonly #times: readonly Ticks[];
  readonly #counted: Spread;

  /** @param times ascending */
  constructor(times: readonly Ticks[], counted: readonly Span[] = []) {
    this.#times = times;
    this.#counted = new Spread(counted);
  }

  get count(): number {
    return this.#times.length + this.#counted.total;
  }

  /** How many lie in [from, to]. */
  countBetween(from: Ticks, to: Ticks): number {
    if (to < from) return 0;
    return lowerBound(this.#times, to + 1n) - lowerBound(this.#times, from) + this.#counted.between(from, to);
  }
}
