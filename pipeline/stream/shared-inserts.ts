import { SharedTurns } from "../../model/shared-turns.ts";

/** How long an insert waits for the rows of other batches, ms: those of several partitions begin within some ten milliseconds, and each insert has its price. */
export const GATHER = 100;

/**
 * Rows of one table, from several batches at a time. An insert costs the store some ten milliseconds however few its rows, and many small ones are
 * merged for long afterwards: what comes while one is under way goes with the next, whichever batch it is of.
 */
export class SharedInserts<Rows> {
  readonly #insert: (rows: readonly Rows[], token: string) => Promise<void>;
  readonly #turns = new SharedTurns(GATHER);
  #waiting: { readonly rows: Rows; readonly token: string }[] = [];

  /** `insert` gets the rows of several batches, and the tokens of all of them as one. */
  constructor(insert: (rows: readonly Rows[], token: string) => Promise<void>) {
    this.#insert = insert;
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
