/** What came of comparing: how many cases, and the disagreements by the decisions that they come of. */
export class Tally {
  readonly #what: string;
  readonly #refused = new Map<string, number>();
  readonly #causes = new Map<string, { count: number; readonly example: string }>();
  #cases = 0;

  constructor(what: string) {
    this.#what = what;
  }

  /** Rules that one of the two does not run. */
  refused(reason: string, cases: number): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + cases);
  }

  /** @param decisions those that the two differ by, none where they agree; undefined where decisions do not explain what they came to */
  compared(decisions: readonly string[] | undefined, example: () => string): void {
    this.#cases++;
    if (decisions?.length === 0) return;
    const name = decisions?.join("; and ") ?? UNEXPLAINED;
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
    const causes = [...this.#causes]
      .sort(([, a], [, b]) => b.count - a.count)
      .flatMap(([cause, { count, example }]) => [
        `  ${String(count).padStart(6)}  ${cause}`,
        ...(examples || cause === UNEXPLAINED ? [example.replaceAll(/^/gm, "          ")] : []),
      ]);
    return [
      `${this.#what}: ${this.#cases} cases, ${total} disagreements, by the decisions that predict them:`,
      ...causes,
      ...[...this.#refused].map(([reason, count]) => `  ${String(count).padStart(6)}  not compared: ${reason}`),
    ].join("\n");
  }
}

const UNEXPLAINED = "UNEXPLAINED";
