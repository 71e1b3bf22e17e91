import { copyOf, isSame } from "./bytes.ts";
import type { Template } from "./template.ts";
import { WeightedPool } from "./weighted-pool.ts";

/** Where a definition refers to a name. */
export interface NameReference {
  /** Bytes from the beginning of the definition's content to the four that say where in the chunk the name stands. */
  readonly at: number;
  readonly name: string;
  /** The name stands right behind the reference. */
  readonly isHere: boolean;
}

/** Where in a chunk a definition's content is, and the beginning of its GUID. */
export interface DefinitionPlace {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** A definition's content as one chunk had it. */
interface Image {
  readonly bytes: DataView;
  readonly names: readonly NameReference[];
  readonly template: Template;
}

/** So many of one template are kept: they differ in which names stand inside the definition. */
const MAX_IMAGES = 8;

const pool = new WeightedPool<number, Image[]>();

/**
 * The template that is defined here, if its definition is known: chunks define theirs again and again, with the same bytes but for the offsets of names,
 * and comparing takes a fraction of the time that parsing does. `nameAt` gives the name at an offset of the chunk.
 */
export function findByImage(
  bytes: DataView,
  place: DefinitionPlace,
  nameAt: (offset: number) => string,
): Template | undefined {
  return pool.get(keyOf(place))?.find((image) => isLike(image, bytes, place, nameAt))?.template;
}

/** Keeps the bytes of a definition that has been parsed. */
export function keepImage(
  bytes: DataView,
  place: DefinitionPlace,
  names: readonly NameReference[],
  template: Template,
): void {
  const images = pool.get(keyOf(place)) ?? [];
  const image = {
    bytes: copyOf(bytes, place.start, place.end),
    names,
    template,
  };
  pool.add(keyOf(place), [image, ...images.slice(0, MAX_IMAGES - 1)], image.bytes.byteLength + 64 * names.length);
}

function keyOf({ id, start, end }: DefinitionPlace): number {
  return (Math.imul(id, 31) + end - start) | 0;
}

function isLike(
  image: Image,
  bytes: DataView,
  { start, end }: DefinitionPlace,
  nameAt: (offset: number) => string,
): boolean {
  if (image.bytes.byteLength !== end - start) return false;
  let from = 0;
  for (const { at, name, isHere } of image.names) {
    if (!isSame(image.bytes, from, at, bytes, start + from)) return false;
    const offset = bytes.getUint32(start + at, true);
    if ((offset === start + at + 4) !== isHere || nameAt(offset) !== name) return false;
    // A name begins with the offset of another, which is of this chunk too.
    from = at + (isHere ? 8 : 4);
  }
  return isSame(image.bytes, from, image.bytes.byteLength, bytes, start + from);
}
