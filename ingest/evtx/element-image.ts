import { isSame } from "./bytes.ts";
import type { Cursor } from "./cursor.ts";
import type { Template } from "./template.ts";
import type { Values } from "./values.ts";

/** Where records differ that are otherwise alike: four bytes that state a size, or the length of a text (2) and the text. */
export interface Gap {
  /** In the chunk. */
  readonly at: number;
  /** Bytes. */
  readonly size: number;
  readonly isText: boolean;
}

/** The elements of one record, as bytes. */
export interface ElementImage {
  readonly bytes: DataView;
  /** Where in the chunk they stand. */
  readonly start: number;
  readonly gaps: readonly Gap[];
  /** Nothing follows them in what they are in. */
  readonly isAll: boolean;
  readonly template: Template;
  /** What their names come to (`Expansion`). */
  readonly weight: number;
}

interface Known {
  readonly image: ElementImage;
  /** What came after it the last time: a program writes its events in the same order again and again. */
  next: Known | undefined;
}

/** So many are kept of a chunk. */
const MAX_IMAGES = 16;

/**
 * Elements that stand in the records of one chunk themselves, outside templates. Where names are not spelt out, the same elements are
 * the same bytes but for gaps: comparing these takes a fraction of the time that parsing them does.
 */
export class ElementImages {
  readonly #known: Known[] = [];
  #last: Known | undefined;

  /** The image of what stands at the cursor, which is moved behind it; its texts become values. Undefined when none is known. */
  find(cursor: Cursor, view: DataView, values: Values): ElementImage | undefined {
    const guess = this.#last?.next;
    const found =
      guess !== undefined && take(guess.image, cursor, view, values)
        ? guess
        : this.#known.find((known) => known !== guess && take(known.image, cursor, view, values));
    if (found !== undefined) this.#follow(found);
    return found?.image;
  }

  keep(image: ElementImage): void {
    if (this.#known.length >= MAX_IMAGES) return;
    const known = { image, next: undefined };
    this.#known.push(known);
    this.#follow(known);
  }

  #follow(known: Known): void {
    if (this.#last !== undefined) this.#last.next = known;
    this.#last = known;
  }
}

function take({ bytes, start, gaps, isAll }: ElementImage, cursor: Cursor, view: DataView, values: Values): boolean {
  const { count } = values;
  const { end } = cursor;
  let { at } = cursor;
  let from = 0;
  for (const gap of gaps) {
    const to = gap.at - start;
    const fits = at + to - from + 4 <= end && isSame(bytes, from, to, view, at);
    if (!fits) return values.forgetSince(count);
    at += to - from;
    from = to + gap.size;
    if (gap.isText) {
      const size = 2 * view.getUint16(at, true);
      values.addText(at + 2, size);
      at += 2 + size;
    } else at += 4;
  }
  const rest = bytes.byteLength - from;
  if (at + rest > end || (isAll && at + rest !== end) || !isSame(bytes, from, bytes.byteLength, view, at))
    return values.forgetSince(count);
  cursor.skip(at + rest - cursor.at);
  return true;
}
