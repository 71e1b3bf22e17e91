import { MalformedError } from "./damage.ts";
import { keepText, knownText, WHOLE } from "./text-pool.ts";
import { utf16Text } from "./utf16-text.ts";

/**
 * A place in a chunk's bytes that moves forward as it is read and never past its end.
 * Offsets are the chunk's own: binary XML points with them at names and templates.
 *
 * Here and wherever much is read, numbers are read with their sign, which is then taken off: V8's first compiler knows no other way that is fast.
 */
export class Cursor {
  readonly view: DataView;
  at: number;
  readonly end: number;

  constructor(view: DataView, at: number, end: number) {
    this.view = view;
    this.at = at;
    this.end = Math.min(end, view.byteLength);
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  peek(): number {
    return this.view.getInt8(this.#take(0, 1)) & 0xff;
  }

  u8(): number {
    return this.view.getInt8(this.#take(1, 1)) & 0xff;
  }

  u16(): number {
    return this.view.getInt16(this.#take(2, 2), true) & 0xffff;
  }

  u32(): number {
    return this.view.getInt32(this.#take(4, 4), true) >>> 0;
  }

  skip(length: number): void {
    this.#take(length, length);
  }

  /** `length` UTF-16 units. */
  utf16(length: number): string {
    const { view } = this;
    const size = 2 * length;
    const from = this.#take(size, size);
    const known = knownText(WHOLE, view, from, size);
    if (known !== undefined) return known;
    const text = utf16Text(Buffer.from(view.buffer, view.byteOffset + from, size), 0, size);
    keepText(WHOLE, view, from, size, text);
    return text;
  }

  #take(move: number, need: number): number {
    const from = this.at;
    if (from < 0 || from + need > this.end)
      throw new MalformedError(`the data ends in the middle of a value at ${from} in the chunk`);
    this.at = from + move;
    return from;
  }
}
