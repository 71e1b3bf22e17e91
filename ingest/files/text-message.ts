import { MAX_CHARACTERS } from "../shippers/limits.ts";

/** One message as it stands in a file or a stream: where it begins, and its bytes. */
export interface TextMessage {
  /** UTF-8, as they stand there. Empty where they are not to be had: too many, or a fault of the file itself. */
  readonly bytes: Buffer;
  /** Counted from 1. */
  readonly line: number;
  /** Byte offset in the text: unpacked, and in UTF-8. */
  readonly offset: number;
  /** Why this is no whole message, where that is known. */
  readonly fault: string | undefined;
}

/** Bytes of a message: so many are more characters than any message may have. */
const MAX_BYTES = 3 * MAX_CHARACTERS;
const NONE = Buffer.alloc(0);

/** Gathers the bytes of the message that is being read, over the borders of chunks; of one that is too large it keeps nothing. */
export class OpenMessage {
  readonly #line: number;
  readonly #offset: number;
  #parts: Buffer[] = [];
  #size = 0;

  constructor(line: number, offset: number) {
    this.#line = line;
    this.#offset = offset;
  }

  add(part: Buffer): void {
    this.#size += part.length;
    if (this.#size <= MAX_BYTES) this.#parts.push(part);
    else this.#parts = [];
  }

  end(fault?: string): TextMessage {
    const [only = NONE, ...more] = this.#parts;
    return {
      bytes: more.length === 0 ? only : Buffer.concat(this.#parts),
      line: this.#line,
      offset: this.#offset,
      fault: this.#size > MAX_BYTES ? `it is larger than ${MAX_BYTES.toLocaleString("en-US")} bytes` : fault,
    };
  }
}

/** Cuts a text into messages, chunk by chunk. What it gives may be parts of the chunks. */
export interface Splitter {
  push(chunk: Buffer): readonly TextMessage[];
  /** What is left when the text has ended. */
  end(): readonly TextMessage[];
}

/** A fault of the text itself, at one place. */
export function faultAt(line: number, offset: number, fault: string): TextMessage {
  return { bytes: NONE, line, offset, fault };
}
