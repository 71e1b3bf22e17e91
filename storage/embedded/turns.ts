/** Lets so many at a time, in the order in which they came. */
export class Turns {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves when it is one's turn, which lasts until it is disposed of. */
  async next(): Promise<Disposable> {
    if (this.#running >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    return { [Symbol.dispose]: () => this.#end() };
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    using _turn = await this.next();
    return await work();
  }

  /** Resolves when no one has a turn or waits for one. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #end(): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next();
    else this.#running--;
    if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }
}
