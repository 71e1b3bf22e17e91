/** Turns Ctrl-C into a signal that work can stop at cleanly; a second Ctrl-C ends the process at once. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #onInterrupt = () => this.#controller.abort();

  constructor() {
    process.once("SIGINT", this.#onInterrupt);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    process.off("SIGINT", this.#onInterrupt);
  }
}
