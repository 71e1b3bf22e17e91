import { isBefore } from "../../../model/event.ts";
import type { Ticks } from "../../../model/ticks.ts";
import { spreadOf } from "../spread.ts";
import type { Item } from "./items.ts";
import type { Measure } from "./measures.ts";

/**
 * The chains of `temporal_ordered`: an item of each rule, none before the one of the rule before. Of each item it is known when the chain that
 * leads to it can begin at the latest, and when the one that goes on from it can end at the earliest.
 */
export class Chains {
  /** Item → latest beginning of a chain up to it. */
  readonly #begins: ReadonlyMap<Item, Ticks>;
  /** Item → earliest end of a chain from it on. */
  readonly #ends: ReadonlyMap<Item, Ticks>;
  readonly #items: readonly Item[];
  /** Ends of whole chains, ascending, and the latest beginning of any that has ended by then. */
  readonly #whole: readonly { readonly end: Ticks; readonly begin: Ticks }[];

  /** @param order indices of rules */
  constructor(items: readonly Item[], order: readonly number[]) {
    this.#items = items;
    const places = new Map(order.map((slot, place) => [slot, place]));
    const links = items.flatMap((item) => {
      const place = places.get(item.slot);
      return place === undefined ? [] : [{ item, place }];
    });
    this.#begins = reach(links, (a, b) => (a > b ? a : b), mayPrecede);
    const backward = links.toReversed().map(({ item, place }) => ({ item, place: order.length - 1 - place }));
    this.#ends = reach(
      backward,
      (a, b) => (a < b ? a : b),
      (later, earlier) => mayPrecede(earlier, later),
    );
    const whole: { end: Ticks; begin: Ticks }[] = [];
    for (const { item, place } of links) {
      const begin = place === order.length - 1 ? this.#begins.get(item) : undefined;
      if (begin === undefined) continue;
      const before = whole.at(-1)?.begin ?? begin;
      whole.push({ end: item.time, begin: begin > before ? begin : before });
    }
    this.#whole = whole;
  }

  /** Whether a window has a whole chain, and nothing of the `absent` rules. */
  measure(absent: ReadonlySet<number>): Measure {
    let unwanted = 0;
    const counted = spreadOf(this.#items.filter(({ slot }) => absent.has(slot)));
    return {
      add: ({ slot }) => {
        if (absent.has(slot)) unwanted++;
      },
      remove: ({ slot }) => {
        if (absent.has(slot)) unwanted--;
      },
      holds: (start, end) => {
        const last = this.#whole[lastAt(this.#whole, (chain) => chain.end <= end)];
        return unwanted + counted.between(start, end) === 0 && last !== undefined && last.begin >= start;
      },
    };
  }

  /** Whether some whole chain through the item lies in a window that begins at one of the ascending `starts`. */
  isInWindow(item: Item, starts: readonly Ticks[], timespan: Ticks): boolean {
    const begin = this.#begins.get(item);
    const end = this.#ends.get(item);
    if (begin === undefined || end === undefined) return false;
    const start = starts[lastAt(starts, (one) => one <= begin)];
    return start !== undefined && start >= end - timespan;
  }
}

interface Link {
  readonly item: Item;
  readonly place: number;
}

/** Of each item that a chain leads to, the best time of a first link from which one does. */
function reach(
  links: readonly Link[],
  better: (a: Ticks, b: Ticks) => Ticks,
  mayFollow: (before: Item, item: Item) => boolean,
): ReadonlyMap<Item, Ticks> {
  const found = new Map<Item, Ticks>();
  /** Place → the best of all at other times. */
  const best: (Ticks | undefined)[] = [];
  for (let from = 0; from < links.length; ) {
    const time = links[from]?.item.time;
    let to = from;
    while (links[to]?.item.time === time) to++;
    const moment = links.slice(from, to).sort((a, b) => a.place - b.place);
    for (const { item, place } of moment) {
      let reached = place === 0 ? item.time : best[place - 1];
      if (place > 0)
        for (const other of moment) {
          const through = other.place === place - 1 && mayFollow(other.item, item) ? found.get(other.item) : undefined;
          if (through !== undefined) reached = reached === undefined ? through : better(reached, through);
        }
      if (reached !== undefined) found.set(item, reached);
    }
    for (const { item, place } of moment) {
      const reached = found.get(item);
      const known = best[place];
      if (reached !== undefined) best[place] = known === undefined ? reached : better(known, reached);
    }
    from = to;
  }
  return found;
}

/** Of two items of one time: an inner incident has no place in the order of a log. */
function mayPrecede({ event: a }: Item, { event: b }: Item): boolean {
  return a === undefined || b === undefined || !isBefore(b, a);
}

/** Index of the last of an ordered list for which the test is true, or −1. */
function lastAt<T>(list: readonly T[], test: (one: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(list[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
