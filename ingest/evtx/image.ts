import { copyOf, isSame } from "./bytes.ts";
import type { Cursor } from "./cursor.ts";
import { NAME_HEADER } from "./fragment.ts";
import type { Values } from "./values.ts";

/** Where binary XML differs in its bytes that is otherwise alike. */
interface Gap {
  /** Where it is in the image's bytes, of which it is no part. */
  readonly at: number;
  /** Bytes to be passed over: they state a size. */
  readonly passed: number;
  /** What follows these: the offset of a name, behind which the name itself may stand, or the length (2) of a text of a record's own, and the text. */
  readonly kind: "size" | "name" | "text";
  /** Of a name, what it must be. */
  readonly name: string;
}

/**
 * Binary XML that has been parsed, to be known again in any chunk: its bytes without what differs from chunk to chunk and from record to
 * record. Comparing them takes a fraction of the time that parsing does.
 */
export interface Image {
  readonly bytes: DataView;
  readonly gaps: readonly Gap[];
  /** Nothing follows in what it is in. */
  readonly isAll: boolean;
}

/**
 * Whether the binary XML at the cursor is that of the image. The cursor is then moved behind it, and its texts are added to `values`.
 * `nameAt` gives the name at an offset of the chunk.
 */
export function matches(image: Image, cursor: Cursor, nameAt: (offset: number) => string, values?: Values): boolean {
  const count = values?.count ?? 0;
  const end = endOfMatch(image, cursor, nameAt, values);
  if (end === undefined) values?.forgetSince(count);
  else cursor.skip(end - cursor.at);
  return end !== undefined;
}

function endOfMatch(
  { bytes, gaps, isAll }: Image,
  cursor: Cursor,
  nameAt: (offset: number) => string,
  values: Values | undefined,
): number | undefined {
  const { view, end } = cursor;
  let { at } = cursor;
  let from = 0;
  for (const gap of gaps) {
    const length = gap.at - from;
    if (at + length + gap.passed + 4 > end || !isSame(bytes, from, gap.at, view, at)) return undefined;
    at += length + gap.passed;
    from = gap.at;
    if (gap.kind === "name") {
      const offset = view.getUint32(at, true);
      if (nameAt(offset) !== gap.name) return undefined;
      at += 4;
      if (offset === at) at += spelledSize(gap.name);
    } else if (gap.kind === "text") {
      const size = 2 * view.getUint16(at, true);
      values?.addText(at + 2, size);
      at += 2 + size;
    }
  }
  const rest = bytes.byteLength - from;
  if (at + rest > end || (isAll && at + rest !== end) || !isSame(bytes, from, bytes.byteLength, view, at))
    return undefined;
  return at + rest;
}

/** Bytes of a name where it stands. */
function spelledSize(name: string): number {
  return NAME_HEADER + 2 * name.length + 2;
}

/** Notes where the gaps are while binary XML is parsed, and makes an image of it. */
export class ImageRecorder {
  readonly #view: DataView;
  /** Where in the chunk the binary XML begins. */
  readonly #start: number;
  readonly #found: { readonly kind: Gap["kind"]; readonly at: number; readonly size: number; readonly name: string }[] =
    [];

  constructor(view: DataView, start: number) {
    this.#view = view;
    this.#start = start;
  }

  size(at: number): void {
    this.#found.push({ kind: "size", at, size: 4, name: "" });
  }

  /** `at`: where the name's offset stands. */
  name(at: number, isHere: boolean, name: string): void {
    this.#found.push({ kind: "name", at, size: isHere ? 4 + spelledSize(name) : 4, name });
  }

  /** A text of `size` bytes at `at`, behind its length. */
  text(at: number, size: number): void {
    this.#found.push({ kind: "text", at: at - 2, size: 2 + size, name: "" });
  }

  /** The image of what ends at the cursor. */
  finish(cursor: Cursor): Image {
    const bytes = new Uint8Array(copyOf(this.#view, this.#start, cursor.at).buffer);
    const gaps: Gap[] = [];
    let length = 0;
    let from = 0;
    for (const { kind, at, size, name } of this.#found) {
      const end = at - this.#start;
      bytes.copyWithin(length, from, end);
      length += end - from;
      // The size of an element is followed by its name.
      const passed = end === from && gaps.at(-1)?.kind === "size" ? (gaps.pop()?.passed ?? 0) : 0;
      gaps.push({ kind, at: length, name, passed: kind === "size" ? passed + size : passed });
      from = end + size;
    }
    bytes.copyWithin(length, from);
    length += bytes.length - from;
    return { bytes: new DataView(bytes.buffer.slice(0, length)), gaps, isAll: cursor.done };
  }
}
