import { endianness } from "node:os";

/** Bytes that are written again and again, also as 32-bit words, the last of which may be filled up with zeros. */
export interface Literal {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
}

/** From so many bytes on `set` is faster than a loop over words; a loop over bytes is slower than either. */
const LONG = 48;

const LITTLE = endianness() === "LE";

export function literalOf(text: string): Literal {
  const length = Buffer.byteLength(text);
  const words = new Uint32Array((length + 3) >> 2);
  const bytes = Buffer.from(words.buffer, 0, length);
  bytes.write(text);
  return { bytes, words };
}

/** `view` is of the same bytes as `out`, in which there must be room for three more than the literal has. Returns where it ends. */
export function putLiteral(out: Uint8Array, view: DataView, at: number, { bytes, words }: Literal): number {
  if (bytes.length >= LONG) out.set(bytes, at);
  else for (let i = 0, to = at; i < words.length; i++, to += 4) view.setUint32(to, words[i] ?? 0, LITTLE);
  return at + bytes.length;
}
