import { copyOf, isSame } from "./bytes.ts";
import type { Cursor } from "./cursor.ts";
import { BEFORE_HASH, NAME_END, NAME_HEADER, nameBytes } from "./name.ts";
import type { Values } from "./values.ts";

/** What follows a piece: the offset of a name, behind which the name itself may stand; the length (2) of a text of a record's own, and the text; nothing. */
const AFTER = { name: 0, text: 1, nothing: 2 } as const;

/** Numbers that a piece takes in `Image.pieces`. */
const PIECE = 4;

/**
 * Binary XML that has been parsed, to be known again in any chunk: its bytes without what differs from chunk to chunk and from record to
 * record. Comparing them takes a fraction of the time that parsing does. Hardly anything is read more often: it is a few tables of numbers.
 */
export interface Image {
  /** The bytes of all pieces, one behind the other. */
  readonly bytes: DataView;
  /** For each piece where it ends in `bytes`, how many bytes are passed over behind it (they state sizes), what follows these, and where in `names` the next name ends. */
  readonly pieces: Int32Array;
  /** The names that must be there (`nameBytes`), one behind the other. */
  readonly names: DataView;
  /** Nothing follows in what it is in. */
  readonly isAll: boolean;
}

/** Whether the binary XML at the cursor is that of the image. The cursor is then moved behind it, and its texts are added to `values`. */
export function matches(image: Image, cursor: Cursor, values?: Values): boolean {
  const count = values === undefined ? 0 : values.count;
  const end = endOfMatch(image, cursor.view, cursor.at, cursor.end, values);
  if (end < 0) values?.forgetSince(count);
  else cursor.at = end;
  return end >= 0;
}

/** Where it ends; -1 when it is another. */
function endOfMatch(image: Image, view: DataView, start: number, end: number, values: Values | undefined): number {
  const { bytes, pieces, names } = image;
  let at = start;
  let from = 0;
  let name = 0;
  for (let i = 0; i < pieces.length; i += PIECE) {
    const to = pieces[i] ?? 0;
    const after = pieces[i + 2] ?? 0;
    if (at + to - from > end || !isSame(bytes, from, to, view, at)) return -1;
    at += to - from + (pieces[i + 1] ?? 0);
    from = to;
    if (after === AFTER.nothing) continue;
    if (at + 4 > end) return -1;
    if (after === AFTER.name) {
      const nameTo = pieces[i + 3] ?? 0;
      const offset = view.getInt32(at, true);
      const hash = offset + BEFORE_HASH;
      if (offset < 0 || hash + nameTo - name > view.byteLength || !isSame(names, name, nameTo, view, hash)) return -1;
      at += 4;
      if (offset === at) at += BEFORE_HASH + nameTo - name + NAME_END;
      name = nameTo;
    } else {
      const size = 2 * (view.getInt16(at, true) & 0xffff);
      values?.addText(at + 2, size);
      at += 2 + size;
    }
  }
  return at > end || (image.isAll && at !== end) ? -1 : at;
}

/** Something that differs; of a name its bytes. */
interface Gap {
  readonly after: number;
  /** Where in the chunk it begins, and its bytes there. */
  readonly at: number;
  readonly size: number;
  readonly name: Uint8Array;
}

const NO_NAME = new Uint8Array(0);

/** Notes what differs while binary XML is parsed, and makes an image of it. */
export class ImageRecorder {
  readonly #view: DataView;
  /** Where in the chunk the binary XML begins. */
  readonly #start: number;
  readonly #gaps: Gap[] = [];

  constructor(view: DataView, start: number) {
    this.#view = view;
    this.#start = start;
  }

  size(at: number): void {
    this.#gaps.push({ after: AFTER.nothing, at, size: 4, name: NO_NAME });
  }

  /** `at`: where the name's offset stands. */
  name(at: number, isHere: boolean, name: string): void {
    const size = isHere ? 4 + NAME_HEADER + 2 * name.length + NAME_END : 4;
    this.#gaps.push({ after: AFTER.name, at, size, name: nameBytes(name) });
  }

  /** A text of `size` bytes at `at`, behind its length. */
  text(at: number, size: number): void {
    this.#gaps.push({ after: AFTER.text, at: at - 2, size: 2 + size, name: NO_NAME });
  }

  /** The image of what ends at the cursor. */
  finish(cursor: Cursor): Image {
    const bytes = new Uint8Array(copyOf(this.#view, this.#start, cursor.at).buffer);
    const names = new Uint8Array(this.#gaps.reduce((sum, { name }) => sum + name.length, 0));
    const pieces: number[] = [];
    let length = 0;
    let from = 0;
    let nameEnd = 0;
    for (const { after, at, size, name } of this.#gaps) {
      const to = at - this.#start;
      let passed = after === AFTER.nothing ? size : 0;
      // The size of an element is followed by its name: one piece.
      if (to === from && pieces.at(-2) === AFTER.nothing) {
        passed += pieces.at(-3) ?? 0;
        pieces.length -= PIECE;
      }
      for (let i = from; i < to; i++) bytes[length++] = bytes[i] ?? 0;
      names.set(name, nameEnd);
      nameEnd += name.length;
      pieces.push(length, passed, after, nameEnd);
      from = to + size;
    }
    for (let i = from; i < bytes.length; i++) bytes[length++] = bytes[i] ?? 0;
    pieces.push(length, 0, AFTER.nothing, nameEnd);
    return {
      bytes: new DataView(bytes.buffer.slice(0, length)),
      pieces: new Int32Array(pieces),
      names: new DataView(names.buffer),
      isAll: cursor.done,
    };
  }
}
