import { SharedTurns } from "../../model/shared-turns.ts";

/**
 * From the beginning of one statement of a kind to the next, ms at least: each costs the store some ten of them however few its rows, and many small
 * inserts are merged for long afterwards. Detections and what comes of them are waited for; nobody waits for the rows of events.
 */
export const INTERVAL = { results: 100, events: 500 };

/** Rows of one table, from several batches at a time: what comes while an insert is under way goes with the next, whichever batch it is of. */
export class SharedInserts<Rows> {
  readonly #insert: (rows: readonly Rows[], token: string) => Promise<void>;
  readonly #turns: SharedTurns;
  #waiting: { readonly rows: Rows; readonly token: string }[] = [];

  /** `insert` gets the rows of several batches, and the tokens of all of them as one, every `interval` ms at most. */
  constructor(insert: (rows: readonly Rows[], token: string) => Promise<void>, interval: number) {
    this.#insert = insert;
    this.#turns = new SharedTurns(interval);
  }

  /** When it resolves, these rows are in the store. */
  write(rows: Rows, token: string): Promise<void> {
    this.#waiting.push({ rows, token });
    return this.#turns.share(() => {
      const taken = this.#waiting;
      this.#waiting = [];
      return this.#insert(
        taken.map(({ rows }) => rows),
        taken.map(({ token }) => token).join(" "),
      );
    });
  }
}
