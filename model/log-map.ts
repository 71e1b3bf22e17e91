import { logKey } from "./log-key.ts";

/** One thing for each log, to be had for every event that passes. */
export class LogMap<T> {
  readonly #byKey = new Map<string, T>();
  /** The same, as computers and channels are written: to put two names together for each event takes longer than to look up two. */
  readonly #written = new Map<string, Map<string, T>>();

  get size(): number {
    return this.#byKey.size;
  }

  get(computer: string, channel: string): T | undefined {
    const written = this.#written.get(computer)?.get(channel);
    if (written !== undefined) return written;
    const known = this.#byKey.get(logKey(computer, channel));
    if (known !== undefined) this.#note(computer, channel, known);
    return known;
  }

  /** Of a log that is not there yet. */
  add(computer: string, channel: string, one: T): T {
    this.#byKey.set(logKey(computer, channel), one);
    this.#note(computer, channel, one);
    return one;
  }

  values(): IterableIterator<T> {
    return this.#byKey.values();
  }

  #note(computer: string, channel: string, one: T): void {
    const channels = this.#written.get(computer) ?? new Map<string, T>();
    this.#written.set(computer, channels.set(channel, one));
  }
}
