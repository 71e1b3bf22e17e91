/** What came of comparing: how many cases, and the disagreements by their cause. */
export class Tally {
  readonly #what: string;
  readonly #refused = new Map<string, number>();
  readonly #causes = new Map<string, { count: number; readonly example: string }>();
  #cases = 0;
  #clear = 0;

  constructor(what: string) {
    this.#what = what;
  }

  /** Rules that one of the two does not run. */
  refused(reason: string, cases: number): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + cases);
  }

  /** @param cause why the two may disagree about this case; undefined where they must not */
  compared(agree: boolean, cause: string | undefined, example: () => string): void {
    this.#cases++;
    if (cause === undefined) this.#clear++;
    if (agree) return;
    const name = cause ?? UNEXPLAINED;
    const known = this.#causes.get(name);
    if (known === undefined) this.#causes.set(name, { count: 1, example: example() });
    else known.count++;
  }

  get isExplained(): boolean {
    return !this.#causes.has(UNEXPLAINED);
  }

  /** @param examples one of each cause */
  toText(examples: boolean): string {
    const total = [...this.#causes.values()].reduce((sum, { count }) => sum + count, 0);
    const causes = [...this.#causes].flatMap(([cause, { count, example }]) => [
      `  ${String(count).padStart(6)}  ${cause}`,
      ...(examples || cause === UNEXPLAINED ? [example.replaceAll(/^/gm, "          ")] : []),
    ]);
    return [
      `${this.#what}: ${this.#cases} cases, ${total} disagreements; ${this.#clear} of the cases can show no known cause of one`,
      ...causes,
      ...[...this.#refused].map(([reason, count]) => `  ${String(count).padStart(6)}  not compared: ${reason}`),
    ].join("\n");
  }
}

const UNEXPLAINED = "UNEXPLAINED";
