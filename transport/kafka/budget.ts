/** So many bytes may be taken at a time; whoever wants more than are left waits, in order. */
export class Budget {
  readonly #waiting: { readonly bytes: number; readonly go: () => void }[] = [];
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  async take(bytes: number): Promise<void> {
    if (this.#waiting.length === 0 && bytes <= this.#left) this.#left -= bytes;
    else await new Promise<void>((go) => this.#waiting.push({ bytes, go }));
  }

  /** Less than nothing where it came to more than was taken. */
  give(bytes: number): void {
    this.#left += bytes;
    for (let [next] = this.#waiting; next !== undefined && next.bytes <= this.#left; [next] = this.#waiting) {
      this.#waiting.shift();
      this.#left -= next.bytes;
      next.go();
    }
  }
}
