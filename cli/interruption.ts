const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Turns Ctrl-C and SIGTERM into a signal that work can stop at cleanly; a second one ends the process at once. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #onInterrupt = () => this.#controller.abort();

  constructor() {
    for (const name of SIGNALS) process.once(name, this.#onInterrupt);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    for (const name of SIGNALS) process.off(name, this.#onInterrupt);
  }
}
