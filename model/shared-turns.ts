import { setTimeout as sleep } from "node:timers/promises";

/** Work that is done one after the other, and of which one turn serves all who ask for it while another is under way. */
export class SharedTurns {
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<void> | undefined;
  readonly #gather: number;

  /** A shared turn begins so many ms after it was first asked for, at least, so that others may still ask. */
  constructor(gather = 0) {
    this.#gather = gather;
  }

  /** Does the work when all that was asked for before is done, well or not. */
  take(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** The same, in the turn that waits already if there is one: `work` must be the same each time, and find what it is to do when it begins. */
  share(work: () => Promise<void>): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    const gathered = this.#gather > 0 ? sleep(this.#gather) : undefined;
    this.#next = this.take(async () => {
      await gathered;
      this.#next = undefined;
      await work();
    });
    return this.#next;
  }
}
