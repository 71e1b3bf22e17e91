import { WeightedPool } from "./weighted-pool.ts";

/** A name: offset of the next of its hash bucket (4), hash (2), length in UTF-16 units (2), then the units and a NUL. */
export const NAME_HEADER = 8;
/** What stands before the hash, and behind the units. */
export const BEFORE_HASH = 4;
export const NAME_END = 2;

/** The hash that stands before a name: h = 65599 h + c over its UTF-16 units, 16 bits of it. */
export function nameHash(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index++) hash = (Math.imul(hash, 65_599) + name.charCodeAt(index)) | 0;
  return hash & 0xffff;
}

/** Templates are made of the same few names. */
const spelled = new WeightedPool<string, Uint8Array>();

/** A name as it stands in a chunk, from its hash to the last of its units. */
export function nameBytes(name: string): Uint8Array {
  const known = spelled.get(name);
  if (known !== undefined) return known;
  const bytes = Buffer.alloc(NAME_HEADER - BEFORE_HASH + 2 * name.length);
  bytes.writeUInt16LE(nameHash(name), 0);
  bytes.writeUInt16LE(name.length, 2);
  bytes.write(name, 4, "utf16le");
  spelled.add(name, bytes, bytes.length);
  return bytes;
}
