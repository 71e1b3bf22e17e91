import { type Coverage, CoverageMap } from "../../model/coverage.ts";
import { writeCoverage } from "../../storage/coverage.ts";
import type { Store } from "../../storage/store.ts";

/** Writes what has been seen. An insert costs more than its rows: what comes while one is under way goes with the next, whichever batch it is of. */
export class CoverageWriter {
  readonly #store: Store;
  #waiting = new CoverageMap();
  #turn: Promise<unknown> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** When it resolves, these spans are in the store. */
  write(spans: readonly Coverage[]): Promise<void> {
    for (const span of spans) this.#waiting.add(span);
    this.#next ??= this.#turn.then(() => {
      const taken = this.#waiting;
      this.#waiting = new CoverageMap();
      this.#next = undefined;
      const written = writeCoverage(this.#store, taken.values());
      this.#turn = written.catch(() => undefined);
      return written;
    });
    return this.#next;
  }
}
