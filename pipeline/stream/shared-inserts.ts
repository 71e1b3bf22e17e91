import { SharedTurns } from "../../model/shared-turns.ts";

/** So many rows are inserted without waiting for more: ClickHouse likes 10,000 and more in one insert. */
const ENOUGH = 20_000;

/**
 * Rows of one table, from several batches at a time. An insert costs the store some ten milliseconds however few its rows, and many small ones are
 * merged for long afterwards: what comes while one is under way goes with the next, whichever batch it is of.
 */
export class SharedInserts<Rows> {
  readonly #insert: (rows: readonly Rows[], token: string) => Promise<void>;
  readonly #turns: SharedTurns;
  #waiting: { readonly rows: Rows; readonly token: string }[] = [];
  #count = 0;

  /** `insert` gets the rows of several batches, and the tokens of all of them as one. `linger`: how long rows wait for others, ms. */
  constructor(linger: number, insert: (rows: readonly Rows[], token: string) => Promise<void>) {
    this.#insert = insert;
    this.#turns = new SharedTurns(linger);
  }

  /** When it resolves, these rows are in the store. `count`: how many they are, or come of. */
  write(rows: Rows, count: number, token: string): Promise<void> {
    this.#waiting.push({ rows, token });
    this.#count += count;
    return this.#turns.share(() => this.#flush(), this.#count >= ENOUGH);
  }

  #flush(): Promise<void> {
    const taken = this.#waiting;
    this.#waiting = [];
    this.#count = 0;
    return this.#insert(
      taken.map(({ rows }) => rows),
      taken.map(({ token }) => token).join(" "),
    );
  }
}
