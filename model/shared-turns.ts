import { setTimeout as sleep } from "node:timers/promises";

/** Work that is done one after the other, and of which one turn serves all who ask for it while another is under way. */
export class SharedTurns {
  #last: Promise<unknown> = Promise.resolve();
  #next: { readonly done: Promise<void>; readonly lingering: AbortController } | undefined;
  readonly #linger: number;

  /** A shared turn begins so many ms after it was first asked for, at least, so that others may still ask. */
  constructor(linger = 0) {
    this.#linger = linger;
  }

  /** Does the work when all that was asked for before is done, well or not. */
  take(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /**
   * The same, in the turn that waits already if there is one: `work` must be the same each time, and find what it is to do when it begins.
   * `isEnough`: the turn waits for no others.
   */
  share(work: () => Promise<void>, isEnough = false): Promise<void> {
    this.#next ??= this.#begin(work);
    if (isEnough) this.#next.lingering.abort();
    return this.#next.done;
  }

  #begin(work: () => Promise<void>): { readonly done: Promise<void>; readonly lingering: AbortController } {
    const lingering = new AbortController();
    const { signal } = lingering;
    const lingered = this.#linger > 0 ? sleep(this.#linger, undefined, { signal }).catch(() => undefined) : undefined;
    const done = this.take(async () => {
      await lingered;
      this.#next = undefined;
      await work();
    });
    return { done, lingering };
  }
}
