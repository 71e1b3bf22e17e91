import type { Random } from "../../simulator/random.ts";

const EXTREMES = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/** A copy of a chunk with one to four kinds of damage: bits flipped, bytes and sizes overwritten, ranges moved, blanked, spliced in from another chunk, the end cut off. */
export function mutate(chunk: Buffer, other: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(chunk);
  for (let left = random.int(1, 4); left > 0; left--) bytes = random.pick(DAMAGE)(bytes, other, random);
  return bytes;
}

type Damage = (bytes: Buffer, other: Buffer, random: Random) => Buffer;

const DAMAGE: readonly Damage[] = [
  (bytes, _other, random) => {
    for (let left = 2 ** random.int(0, 9); left > 0; left--) {
      const at = place(bytes, random);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(0, 7));
    }
    return bytes;
  },
  (bytes, _other, random) => {
    for (let left = random.int(1, 20); left > 0; left--) {
      const at = Math.min(place(bytes, random), bytes.length - 4);
      if (at >= 0) bytes.writeUInt32LE(random.pick(EXTREMES), at);
    }
    return bytes;
  },
  (bytes, _other, random) => {
    const at = place(bytes, random);
    return bytes.fill(random.int(0, 255), at, Math.min(bytes.length, at + random.int(1, 5_000)));
  },
  (bytes, _other, random) => {
    const from = place(bytes, random);
    bytes.copyWithin(place(bytes, random), from, from + random.int(1, 5_000));
    return bytes;
  },
  (bytes, other, random) => {
    const from = place(other, random);
    other.copy(bytes, Math.min(bytes.length, place(bytes, random)), from, from + random.int(1, 40_000));
    return bytes;
  },
  (bytes, _other, random) => bytes.subarray(0, random.int(0, bytes.length)),
];

/** Mostly near the beginning, where a chunk's templates and names are. */
function place(bytes: Buffer, random: Random): number {
  return random.int(0, Math.max(0, random.chance(0.5) ? Math.min(bytes.length, 8_192) - 1 : bytes.length - 1));
}
