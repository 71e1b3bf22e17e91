/** Work that is done one after the other, and of which one turn serves all who ask for it while another is under way. */
export class SharedTurns {
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<void> | undefined;

  /** Does the work when all that was asked for before is done, well or not. */
  take(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** The same, in the turn that waits already if there is one: `work` must be the same each time, and find what it is to do when it begins. */
  share(work: () => Promise<void>): Promise<void> {
    this.#next ??= this.take(() => {
      this.#next = undefined;
      return work();
    });
    return this.#next;
  }
}
