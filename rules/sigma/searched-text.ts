const encoder = new TextEncoder();
/** Behind a text, so that four bytes can be read at its last character. */
const SPARE = 3;

/** Made once for all texts that are no longer. */
const shared = roomOf(65_536);

/** A text in which literals are searched: a byte a character is read faster than the characters of a string. Read it before the next is made. */
export class SearchedText {
  readonly isAscii: boolean;
  /** Of each character the low byte: of the text as it is when all of it is ASCII, else of its lower case. */
  readonly bytes: DataView;
  readonly length: number;
  readonly #raw: string;
  #lower: string | undefined;

  constructor(raw: string) {
    this.#raw = raw;
    const room = roomFor(raw.length);
    // Anything but ASCII takes more bytes than characters, or more than there are.
    const { read, written } = encoder.encodeInto(raw, room.bytes);
    this.isAscii = read === raw.length && written === raw.length;
    if (this.isAscii) {
      this.bytes = room.view;
      this.length = raw.length;
    } else {
      const { lower } = this;
      const { bytes, view } = roomFor(lower.length);
      for (let at = 0; at < lower.length; at++) bytes[at] = lower.charCodeAt(at);
      this.bytes = view;
      this.length = lower.length;
    }
  }

  get lower(): string {
    this.#lower ??= this.#raw.toLowerCase();
    return this.#lower;
  }
}

interface Room {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

function roomFor(length: number): Room {
  return length <= shared.bytes.length ? shared : roomOf(length);
}

function roomOf(length: number): Room {
  const buffer = new ArrayBuffer(length + SPARE);
  return { bytes: new Uint8Array(buffer, 0, length), view: new DataView(buffer) };
}
