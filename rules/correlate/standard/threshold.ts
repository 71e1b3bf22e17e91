import { type Decimal, decimalOf } from "./decimal.ts";

export const OPERATORS = ["gt", "gte", "lt", "lte", "eq", "neq"] as const;
export type Operator = (typeof OPERATORS)[number];

/**
 * Which windows are asked: the one that ends with a detection, which nothing later can undo; the one that begins with it, once that is over; or the one that
 * ends with it and all that overlap it, once they are over.
 */
export type Look = "back" | "ahead" | "around";

/** Bounds that must all hold: `{ gt: 100, lte: 200 }` is a range. */
export class Threshold {
  readonly bounds: ReadonlyMap<Operator, Decimal>;
  /** Where it looks (docs/correlation.md, "How a window is looked at"). */
  readonly looks: Look;

  constructor(bounds: ReadonlyMap<Operator, Decimal>) {
    this.bounds = bounds;
    const has = (...operators: readonly Operator[]) => operators.some((operator) => bounds.has(operator));
    const isRange = has("gt", "gte", "eq") && has("lt", "lte", "eq");
    this.looks = isRange ? "around" : has("lt", "lte", "neq") ? "ahead" : "back";
  }

  /** Without its upper bound. */
  get floor(): Threshold {
    return this.#only({ gt: "gt", gte: "gte", eq: "gte", neq: "neq" });
  }

  /** Its upper bound alone. */
  get ceiling(): Threshold {
    return this.#only({ lt: "lt", lte: "lte", eq: "lte" });
  }

  #only(kept: Readonly<Partial<Record<Operator, Operator>>>): Threshold {
    const bounds = new Map<Operator, Decimal>();
    for (const [operator, bound] of this.bounds) {
      const as = kept[operator];
      const other = as === undefined ? undefined : bounds.get(as);
      // `{ gte: 2, eq: 3 }`: the tighter.
      if (as !== undefined) bounds.set(as, other === undefined || HOLDS[as](bound, other) ? bound : other);
    }
    return new Threshold(bounds);
  }

  /** @param parts what one is made of in `value`: a sum of n values is their mean times n */
  holds(value: Decimal, parts = 1n): boolean {
    for (const [operator, bound] of this.bounds) if (!HOLDS[operator](value, bound * parts)) return false;
    return true;
  }

  holdsCount(count: number): boolean {
    return this.holds(decimalOf(count));
  }

  /** Whether some number fulfils it. */
  get canHold(): boolean {
    const near = [...this.bounds.values()].flatMap((bound) => [bound - 1n, bound, bound + 1n]);
    return near.some((value) => this.holds(value));
  }

  /** Whether some count of 1 or more fulfils it. */
  get canCount(): boolean {
    const one = decimalOf(1);
    const near = [...this.bounds.values()].flatMap((bound) => {
      const whole = (bound / one) * one;
      return [whole - one, whole, whole + one];
    });
    // Two more, for several `neq` do not fit into one map, but two bounds can lie side by side.
    const largest = near.reduce((a, b) => (b > a ? b : a), one);
    return [one, ...near, largest + one].some((count) => count >= one && this.holds(count));
  }
}

const HOLDS: Readonly<Record<Operator, (value: Decimal, bound: Decimal) => boolean>> = {
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound,
  eq: (value, bound) => value === bound,
  neq: (value, bound) => value !== bound,
};
