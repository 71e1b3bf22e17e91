import type { Ticks } from "./ticks.ts";

/**
 * From when to when one computer's channel has been seen. Without it "no failures before the restart" and "no log before the restart" look alike.
 * Merging is min and max, so it does not matter in what order, or how often, spans arrive.
 */
export interface Coverage {
  readonly computer: string;
  readonly channel: string;
  readonly first: Ticks;
  readonly last: Ticks;
}

export class CoverageMap {
  readonly #spans = new Map<string, Coverage>();

  add(span: Coverage): void {
    const key = CoverageMap.#key(span.computer, span.channel);
    const known = this.#spans.get(key);
    if (known === undefined) this.#spans.set(key, span);
    else if (span.first < known.first || span.last > known.last)
      this.#spans.set(key, {
        ...known,
        first: span.first < known.first ? span.first : known.first,
        last: span.last > known.last ? span.last : known.last,
      });
  }

  get(computer: string, channel: string): Coverage | undefined {
    return this.#spans.get(CoverageMap.#key(computer, channel));
  }

  values(): IterableIterator<Coverage> {
    return this.#spans.values();
  }

  static #key(computer: string, channel: string): string {
    return `${computer.toLowerCase()}\u0000${channel}`;
  }
}
