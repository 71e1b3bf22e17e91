import { LogMap } from "./log-map.ts";
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
  readonly #spans = new LogMap<Widening>();

  /** @returns how far the log had come before, `span` included where it is the first of it */
  add({ computer, channel, first, last }: Coverage): Ticks {
    const known =
      this.#spans.get(computer, channel) ?? this.#spans.add(computer, channel, { computer, channel, first, last });
    const before = known.last;
    if (first < known.first) known.first = first;
    if (last > before) known.last = last;
    return before;
  }

  get(computer: string, channel: string): Coverage | undefined {
    return this.#spans.get(computer, channel);
  }

  values(): IterableIterator<Coverage> {
    return this.#spans.values();
  }
}

type Widening = { -readonly [Key in keyof Coverage]: Coverage[Key] };
