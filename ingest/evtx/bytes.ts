import { u16, u32 } from "./ascii.ts";
import { MalformedError } from "./damage.ts";
import { utf16Text } from "./text-pool.ts";

/**
 * A place in a chunk's bytes that moves forward as it is read and never past its end.
 * Offsets are the chunk's own: binary XML points with them at names and templates.
 */
export class Cursor {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;

  constructor(bytes: Buffer, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = Math.min(end, bytes.length);
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  peek(): number {
    return this.bytes[this.#take(0, 1)] ?? 0;
  }

  u8(): number {
    return this.bytes[this.#take(1, 1)] ?? 0;
  }

  u16(): number {
    return u16(this.bytes, this.#take(2, 2));
  }

  u32(): number {
    return u32(this.bytes, this.#take(4, 4));
  }

  skip(length: number): void {
    this.#take(length, length);
  }

  /** `length` UTF-16 units. */
  utf16(length: number): string {
    const from = this.#take(length * 2, length * 2);
    return utf16Text(this.bytes, from, length * 2);
  }

  #take(move: number, need: number): number {
    const from = this.at;
    if (from < 0 || from + need > this.end)
      throw new MalformedError(`the data ends in the middle of a value at ${from} in the chunk`);
    this.at = from + move;
    return from;
  }
}

/**
 * Whether the bytes from `from` up to `to` stand in `others` at `at`, where there must be room for them. Four at a time, and at the end
 * the last four once more.
 */
export function isSame(some: DataView, from: number, to: number, others: DataView, at: number): boolean {
  const shift = at - from;
  if (to - from < 4) {
    for (let i = from; i < to; i++) if (some.getUint8(i) !== others.getUint8(i + shift)) return false;
    return true;
  }
  for (let i = from; i < to - 4; i += 4) if (some.getInt32(i) !== others.getInt32(i + shift)) return false;
  return some.getInt32(to - 4) === others.getInt32(to - 4 + shift);
}
