import { endianness } from "node:os";
import { WeightedPool } from "./weighted-pool.ts";

/** Bytes that are written again and again, also as 32-bit words, the last of which may be filled up with zeros. */
export interface Literal {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
}

/** From so many bytes on `set` is faster than a loop over words; a loop over bytes is slower than either. */
const LONG = 48;

/** What a literal takes beside its text. */
const LITERAL_WEIGHT = 256;

const LITTLE = endianness() === "LE";

/** Records of different forms have most of their literals in common. */
const pool = new WeightedPool<string, Literal>();

export function literalOf(text: string): Literal {
  const known = pool.get(text);
  if (known !== undefined) return known;
  const length = Buffer.byteLength(text);
  const words = new Uint32Array((length + 3) >> 2);
  const bytes = Buffer.from(words.buffer, 0, length);
  bytes.write(text);
  const literal = { bytes, words };
  pool.add(text, literal, text.length + LITERAL_WEIGHT);
  return literal;
}

/** `view` is of the same bytes as `out`, in which there must be room for three more than the literal has. Returns where it ends. */
export function putLiteral(out: Uint8Array, view: DataView, at: number, { bytes, words }: Literal): number {
  if (bytes.length >= LONG) out.set(bytes, at);
  else for (let i = 0, to = at; i < words.length; i++, to += 4) view.setUint32(to, words[i] ?? 0, LITTLE);
  return at + bytes.length;
}
