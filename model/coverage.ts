import { logKey } from "./log-key.ts";
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
  /** The same, as computers and channels are written: to put two names together for each event takes longer than to look up two. */
  readonly #written = new Map<string, Map<string, Widening>>();

  /** @returns how far the log had come before, `span` included where it is the first of it */
  add(span: Coverage): Ticks {
    const known = this.#written.get(span.computer)?.get(span.channel) ?? this.#widestOf(span);
    const before = known.last;
    if (span.first < known.first) known.first = span.first;
    if (span.last > known.last) known.last = span.last;
    return before;
  }

  #widestOf(span: Coverage): Widening {
    const key = logKey(span.computer, span.channel);
    const known = this.#spans.get(key) ?? { ...span };
    this.#spans.set(key, known);
    const channels = this.#written.get(span.computer) ?? new Map<string, Widening>();
    this.#written.set(span.computer, channels.set(span.channel, known));
    return known;
  }

  get(computer: string, channel: string): Coverage | undefined {
    return this.#spans.get(logKey(computer, channel));
  }

  values(): IterableIterator<Coverage> {
    return this.#spans.values();
  }
}

type Widening = { -readonly [Key in keyof Coverage]: Coverage[Key] };
