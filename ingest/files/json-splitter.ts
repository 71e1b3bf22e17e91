import { faultAt, OpenMessage, type Splitter, type TextMessage } from "./text-message.ts";

const BREAK = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** By byte: whether it matters within an object, and within a text. */
const OBJECT_MARKS = marks(BREAK, QUOTE, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT);
const TEXT_MARKS = marks(BREAK, QUOTE, BACKSLASH);

/** Where reading is: between messages, in an object, in a text within one, or in something that begins no object. */
type State = "between" | "object" | "text" | "other";

/**
 * The objects of JSON lines, of a list, or one behind the other, on one line each or on many. Only brackets and quotes are looked at.
 *
 * Two things that sound JSON does not have, or printed JSON does not, show where a message was cut off, so that the next one is not lost with it: a line
 * that ends within a text, and a `{` at the very beginning of a line within an object. What begins no object is a message up to the end of its line.
 */
export class JsonSplitter implements Splitter {
  #state: State = "between";
  #message: OpenMessage | undefined;
  #depth = 0;
  #isEscaped = false;
  /** Lists around the messages that are not closed yet. */
  #lists = 0;
  #line = 1;
  /** Bytes before this chunk. */
  #before = 0;
  #isLineStart = true;

  push(chunk: Buffer): readonly TextMessage[] {
    const found: TextMessage[] = [];
    let from = 0;
    const begin = (at: number) => {
      this.#message = new OpenMessage(this.#line, this.#before + at);
      from = at;
    };
    const end = (at: number, fault?: string) => {
      if (this.#message === undefined) return;
      this.#message.add(chunk.subarray(from, at));
      found.push(this.#message.end(fault));
      this.#message = undefined;
    };
    for (let at = this.#skip(chunk, 0); at < chunk.length; at = this.#skip(chunk, at + 1)) {
      const byte = chunk[at];
      if (byte === BREAK) this.#line++;
      switch (this.#state) {
        case "between":
          if (byte === OPEN_OBJECT) this.#enterObject();
          else if (this.#isBetween(byte)) break;
          else this.#state = "other";
          begin(at);
          break;
        case "text":
          if (this.#isEscaped) this.#isEscaped = false;
          else if (byte === BACKSLASH) this.#isEscaped = true;
          else if (byte === QUOTE) this.#state = "object";
          if (byte !== BREAK) break;
          end(at, "it is cut off: the line ends within a text");
          this.#state = "between";
          break;
        case "object":
          if (byte === QUOTE) this.#state = "text";
          else if (byte === OPEN_OBJECT && (at === 0 ? this.#isLineStart : chunk[at - 1] === BREAK)) {
            end(at, "it is cut off: another one begins before its end");
            this.#enterObject();
            begin(at);
          } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#depth++;
          else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && --this.#depth === 0) {
            end(at + 1);
            this.#state = "between";
          }
          break;
        case "other":
          if (byte !== BREAK) break;
          end(at);
          this.#state = "between";
          break;
      }
    }
    if (chunk.length > 0) this.#isLineStart = chunk.at(-1) === BREAK;
    this.#message?.add(chunk.subarray(from));
    this.#before += chunk.length;
    return found;
  }

  end(): readonly TextMessage[] {
    if (this.#message !== undefined)
      return [this.#message.end(this.#state === "other" ? undefined : "it is cut off: the text ends before it does")];
    if (this.#lists > 0)
      return [faultAt(this.#line, this.#before, "the list that began is not closed: the end may be missing")];
    return [];
  }

  /** The next place that matters, from `at` on. */
  #skip(chunk: Buffer, at: number): number {
    if (this.#state === "between" || this.#isEscaped) return at;
    const marks = this.#state === "object" ? OBJECT_MARKS : TEXT_MARKS;
    let next = at;
    while (next < chunk.length && marks[chunk[next] ?? 0] === 0) next++;
    return next;
  }

  #enterObject(): void {
    this.#state = "object";
    this.#depth = 1;
    this.#isEscaped = false;
  }

  /** White space, and what stands around and between the objects of a list. */
  #isBetween(byte: number | undefined): boolean {
    if (byte === OPEN_LIST) this.#lists++;
    else if (byte === CLOSE_LIST) this.#lists--;
    else return byte === COMMA || byte === BREAK || byte === 0x20 || byte === 0x0d || byte === 0x09;
    return true;
  }
}

function marks(...bytes: readonly number[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of bytes) table[byte] = 1;
  return table;
}
