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
  readonly #spans = new Map<string, Widening>();
  #last: Widening | undefined;

  add(span: Coverage): void {
    const last = this.#last;
    // Events come in order of their log and mostly of time.
    const known =
      last !== undefined && last.computer === span.computer && last.channel === span.channel
        ? last
        : this.#widestOf(span);
    if (span.first < known.first) known.first = span.first;
    if (span.last > known.last) known.last = span.last;
    this.#last = known;
  }

  #widestOf(span: Coverage): Widening {
    const key = CoverageMap.#key(span.computer, span.channel);
    const known = this.#spans.get(key) ?? { ...span };
    this.#spans.set(key, known);
    return known;
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

type Widening = { -readonly [Key in keyof Coverage]: Coverage[Key] };
