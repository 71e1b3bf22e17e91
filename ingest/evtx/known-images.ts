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
/** What a gap takes, in bytes. */
const GAP_WEIGHT = 64;

/** Chunks define their templates again and again, and programs write elements of their own again and again. */
export class KnownImages<K> {
  readonly #pool = new WeightedPool<K, Known[]>();

  /** What stands at the cursor, which is moved behind it; its texts become values. Undefined when it is not known. */
  find(key: K, cursor: Cursor, nameAt: (offset: number) => string, values?: Values): Known | undefined {
    const list = this.#pool.get(key);
    const place = list?.findIndex(({ image }) => matches(image, cursor, nameAt, values)) ?? -1;
    const known = list?.[place];
    if (list === undefined || known === undefined || place === 0) return known;
    // What came now is likely to come next.
    list.splice(place, 1);
    list.unshift(known);
    return known;
  }

  keep(key: K, known: Known): void {
    const list = this.#pool.get(key) ?? [];
    const { bytes, gaps } = known.image;
    this.#pool.add(key, [known, ...list.slice(0, MAX_IMAGES - 1)], bytes.byteLength + GAP_WEIGHT * gaps.length);
  }
}
