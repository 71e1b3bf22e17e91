import type { Ticks } from "../../../model/ticks.ts";
import { type Spread, spreadOf } from "../spread.ts";
import type { Item } from "./items.ts";
import { isTrue, type RuleExpression, type WindowTest } from "./standard-rule.ts";
import type { Threshold } from "./threshold.ts";

/** What is measured of the items in a window, while it slides. */
export interface Measure {
  add(item: Item): void;
  remove(item: Item): void;
  /** Of the items that are in it now, which lie in [start, end]. */
  holds(start: Ticks, end: Ticks): boolean;
}

export function measureOf(test: WindowTest, items: readonly Item[]): Measure {
  switch (test.type) {
    case "event_count":
      return new Distinct(({ unit }) => unit, test.threshold, spreadOf(items));
    case "value_count":
      return new Distinct(({ value }) => value ?? "", test.threshold);
    case "value_sum":
      return new Sum(items, test.threshold);
    case "value_avg":
      return new Mean(test.threshold);
    case "value_percentile":
      return new Percentile(items, test.percentile, test.threshold);
    case "temporal":
      return "expression" in test
        ? new Presence(items, test.expression)
        : new Distinct(({ slot }) => slot, test.threshold);
    case "temporal_ordered":
      throw new Error("chains measure themselves");
  }
}

/** How often each of something is there. */
class Counts<T> {
  readonly #counts = new Map<T, number>();

  get size(): number {
    return this.#counts.size;
  }

  has(one: T): boolean {
    return this.#counts.has(one);
  }

  add(one: T): void {
    this.#counts.set(one, (this.#counts.get(one) ?? 0) + 1);
  }

  remove(one: T): void {
    const count = this.#counts.get(one) ?? 0;
    if (count <= 1) this.#counts.delete(one);
    else this.#counts.set(one, count - 1);
  }
}

class Distinct<T> implements Measure {
  readonly #counts = new Counts<T>();
  readonly #what: (item: Item) => T;
  readonly #threshold: Threshold;
  readonly #counted: Spread | undefined;

  /** @param counted what is different from all in the window, and was only counted */
  constructor(what: (item: Item) => T, threshold: Threshold, counted?: Spread) {
    this.#what = what;
    this.#threshold = threshold;
    this.#counted = counted;
  }

  add(item: Item): void {
    this.#counts.add(this.#what(item));
  }

  remove(item: Item): void {
    this.#counts.remove(this.#what(item));
  }

  holds(start: Ticks, end: Ticks): boolean {
    return this.#threshold.holdsCount(this.#counts.size + (this.#counted?.between(start, end) ?? 0));
  }
}

class Presence implements Measure {
  readonly #counts = new Counts<number>();
  /** Slot → what was only counted. */
  readonly #counted: ReadonlyMap<number, Spread>;
  readonly #expression: RuleExpression;

  constructor(items: readonly Item[], expression: RuleExpression) {
    const folded = Map.groupBy(
      items.filter(({ fold }) => fold !== undefined),
      ({ slot }) => slot,
    );
    this.#counted = new Map([...folded].map(([slot, own]) => [slot, spreadOf(own)]));
    this.#expression = expression;
  }

  add({ slot }: Item): void {
    this.#counts.add(slot);
  }

  remove({ slot }: Item): void {
    this.#counts.remove(slot);
  }

  holds(start: Ticks, end: Ticks): boolean {
    const isCounted = (slot: number) => (this.#counted.get(slot)?.between(start, end) ?? 0) > 0;
    return isTrue(this.#expression, (slot) => this.#counts.has(slot) || isCounted(slot));
  }
}

class Sum implements Measure {
  #sum = 0n;
  readonly #counted: Spread;
  readonly #threshold: Threshold;

  constructor(items: readonly Item[], threshold: Threshold) {
    this.#counted = spreadOf(items, ({ number = 0n }) => Number(number));
    this.#threshold = threshold;
  }

  add({ number = 0n }: Item): void {
    this.#sum += number;
  }

  remove({ number = 0n }: Item): void {
    this.#sum -= number;
  }

  holds(start: Ticks, end: Ticks): boolean {
    return this.#threshold.holds(this.#sum + BigInt(this.#counted.between(start, end)));
  }
}

/** One for which an item is there as often as it counts: each that it stands for has its value, and is there at its time. */
abstract class Weighted implements Measure {
  add(item: Item): void {
    this.change(item, weightOf(item));
  }

  remove(item: Item): void {
    this.change(item, -weightOf(item));
  }

  /** @param by how many come, or go */
  protected abstract change(item: Item, by: number): void;

  abstract holds(): boolean;
}

function weightOf({ fold }: Item): number {
  return 1 + (fold?.count ?? 0);
}

class Mean extends Weighted {
  #sum = 0n;
  #count = 0n;
  readonly #threshold: Threshold;

  constructor(threshold: Threshold) {
    super();
    this.#threshold = threshold;
  }

  protected override change({ number = 0n }: Item, by: number): void {
    this.#sum += number * BigInt(by);
    this.#count += BigInt(by);
  }

  override holds(): boolean {
    return this.#count > 0n && this.#threshold.holds(this.#sum, this.#count);
  }
}

/** A tree of counts over all values in order (Fenwick 1994), so that any rank is found in logarithmic time. */
class Percentile extends Weighted {
  readonly #values: readonly bigint[];
  readonly #ranks: ReadonlyMap<bigint, number>;
  readonly #tree: Float64Array;
  readonly #percentile: number;
  readonly #threshold: Threshold;
  #count = 0;

  constructor(items: readonly Item[], percentile: number, threshold: Threshold) {
    super();
    this.#values = [...new Set(items.map(({ number = 0n }) => number))].sort((a, b) => (a < b ? -1 : 1));
    this.#ranks = new Map(this.#values.map((value, at) => [value, at + 1]));
    this.#tree = new Float64Array(this.#values.length + 1);
    this.#percentile = percentile;
    this.#threshold = threshold;
  }

  protected override change({ number = 0n }: Item, by: number): void {
    this.#count += by;
    for (let at = this.#ranks.get(number) ?? 0; at > 0 && at < this.#tree.length; at += at & -at)
      this.#tree[at] = (this.#tree[at] ?? 0) + by;
  }

  /** Interpolated between the values around position (n − 1) · p / 100; all in hundredths, so that it is exact. */
  override holds(): boolean {
    if (this.#count === 0) return false;
    const position = (this.#count - 1) * this.#percentile;
    const part = BigInt(position % 100);
    const below = this.#at(Math.floor(position / 100));
    const above = part === 0n ? below : this.#at(Math.floor(position / 100) + 1);
    return this.#threshold.holds(below * (100n - part) + above * part, 100n);
  }

  /** The value at this place, from 0, in ascending order. */
  #at(place: number): bigint {
    let found = 0;
    let left = place;
    for (let step = 2 ** Math.floor(Math.log2(this.#tree.length)); step >= 1; step /= 2) {
      const count = this.#tree[found + step];
      if (count !== undefined && count <= left) {
        found += step;
        left -= count;
      }
    }
    return this.#values[found] ?? 0n;
  }
}
