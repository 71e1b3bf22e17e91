import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Bytes of a file of any size, seen through a window that moves over it. */
export class ByteWindow implements Disposable {
  /** Bytes of the file. */
  readonly size: number;
  readonly #fd: number;
  readonly #bytes: Buffer;
  #start = 0;
  #length = 0;

  /** `length`: how much of the file is in memory at a time, in bytes. */
  constructor(path: string, length: number) {
    this.#fd = openSync(path, "r");
    this.size = fstatSync(this.#fd).size;
    this.#bytes = Buffer.alloc(Math.min(length, Math.max(1, this.size)));
  }

  /** What lies from `from` on, at least `least` bytes of it unless the file ends before. Gone with the next call. */
  from(from: number, least: number): Buffer {
    const end = Math.min(this.size, from + least);
    if (from < this.#start || end > this.#start + this.#length) this.#load(from);
    return this.#bytes.subarray(from - this.#start, this.#length);
  }

  #load(from: number): void {
    this.#start = from;
    this.#length = 0;
    // A read may stop short of what was asked for.
    for (let read = -1; read !== 0 && this.#length < this.#bytes.length; this.#length += read)
      read = readSync(this.#fd, this.#bytes, this.#length, this.#bytes.length - this.#length, from + this.#length);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
