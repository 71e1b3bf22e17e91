import type { Cursor } from "./cursor.ts";
import { type Image, matches } from "./image.ts";
import type { Template } from "./template.ts";
import type { Values } from "./values.ts";
import { WeightedPool } from "./weighted-pool.ts";

/** Binary XML that has been parsed before, and what came of it. */
export interface Known {
  readonly image: Image;
  readonly template: Template;
  /** What its names come to (`Expansion`). */
  readonly weight: number;
}

/** So many are kept under one key. */
const MAX_IMAGES = 64;

/** Chunks define their templates again and again, and programs write elements of their own again and again. Keys are 32-bit numbers, hashes of some kind. */
export class KnownImages {
  readonly #pool = new WeightedPool<number, Known[]>();

  /** What stands at the cursor, which is moved behind it; its texts become values. Undefined when it is not known. */
  find(key: number, cursor: Cursor, values?: Values): Known | undefined {
    const list = this.#pool.get(key);
    if (list === undefined) return undefined;
    for (let i = 0; i < list.length; i++) {
      const known = list[i];
      if (known === undefined || !matches(known.image, cursor, values)) continue;
      // What came now is likely to come next.
      if (i > 0) list.unshift(...list.splice(i, 1));
      return known;
    }
    return undefined;
  }

  keep(key: number, known: Known): void {
    const list = this.#pool.get(key) ?? [];
    const { bytes, pieces, names } = known.image;
    const weight = bytes.byteLength + pieces.byteLength + names.byteLength;
    this.#pool.add(key, [known, ...list.slice(0, MAX_IMAGES - 1)], weight);
  }
}
