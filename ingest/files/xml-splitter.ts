import { faultAt, OpenMessage, type Splitter, type TextMessage } from "./text-message.ts";

const TAG = 0x3c;
const BREAK = 0x0a;
const EXCLAMATION = 0x21;
const SLASH = 0x2f;
const QUESTION = 0x3f;
const E = 0x45;
/** Bytes from a `<` on that tell what it begins. */
const LOOK_AHEAD = 9;
/** What is passed over whole, and how it ends. */
const PASSED = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
] as const;

/**
 * The `<Event>` elements of a text, with something around them (`<Events>`, as Windows exports them) or without. Only the tags of these are looked at.
 * An `<Event>` within one shows that the first was cut off: Windows has none that are nested.
 */
export class XmlSplitter implements Splitter {
  #message: OpenMessage | undefined;
  /** The end of the comment, CDATA or instruction that reading is in. */
  #until: string | undefined;
  #isWrapped = false;
  /** The end of the last chunk, where more is needed to tell what it is. */
  #rest: Buffer = Buffer.alloc(0);
  /** Of the place up to which lines have been counted. */
  #line = 1;
  /** Bytes before this chunk, the rest of the last one not counted. */
  #before = 0;

  push(chunk: Buffer): readonly TextMessage[] {
    const found: TextMessage[] = [];
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    let counted = 0;
    const lineAt = (at: number): number => {
      this.#line += breaksIn(bytes.subarray(counted, at));
      counted = at;
      return this.#line;
    };
    const end = (at: number, fault?: string) => {
      if (this.#message === undefined) return;
      this.#message.add(bytes.subarray(from, at));
      found.push(this.#message.end(fault));
      this.#message = undefined;
    };
    let at = 0;
    while (at < bytes.length) {
      if (this.#until !== undefined) {
        const close = bytes.indexOf(this.#until, at);
        if (close === -1) {
          at = Math.max(at, bytes.length - this.#until.length + 1);
          break;
        }
        at = close + this.#until.length;
        this.#until = undefined;
        continue;
      }
      const open = bytes.indexOf(TAG, at);
      at = open === -1 ? bytes.length : open;
      if (bytes.length - at < LOOK_AHEAD) break;
      if (!mayMatter(bytes[at + 1], bytes[at + 2])) {
        at++;
        continue;
      }
      const tag = bytes.toString("latin1", at, at + LOOK_AHEAD);
      const passed = PASSED.find(([mark]) => tag.startsWith(mark));
      if (passed !== undefined) {
        this.#until = passed[1];
        at += passed[0].length;
      } else if (/^<Event[\s>]/.test(tag)) {
        end(at, "it is cut off: another one begins before its end");
        this.#message = new OpenMessage(lineAt(at), this.#before + at);
        from = at;
        at += "<Event".length;
      } else if (tag.startsWith("</Event>")) {
        at += "</Event>".length;
        if (this.#message !== undefined) end(at);
        else found.push(faultAt(lineAt(at), this.#before + at, "an event ends here whose beginning is missing"));
      } else {
        if (/^<\/?Events[\s>]/.test(tag)) this.#isWrapped = tag[1] === "E";
        at++;
      }
    }
    this.#message?.add(bytes.subarray(from, at));
    lineAt(at);
    this.#rest = Buffer.from(bytes.subarray(at));
    this.#before += at;
    return found;
  }

  end(): readonly TextMessage[] {
    const offset = this.#before + this.#rest.length;
    // So that what stands at the very end is looked at too.
    const found = [...this.push(Buffer.alloc(LOOK_AHEAD, " "))];
    if (this.#message !== undefined) found.push(this.#message.end("it is cut off: the text ends before it does"));
    else if (this.#isWrapped || this.#until !== undefined)
      found.push(faultAt(this.#line, offset, "what is around the events is not closed: the end may be missing"));
    return found;
  }
}

/** Most tags do not, and to tell that by two characters is cheap. */
function mayMatter(first: number | undefined, second: number | undefined): boolean {
  return first === E || first === EXCLAMATION || first === QUESTION || (first === SLASH && second === E);
}

function breaksIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(BREAK); at !== -1; at = bytes.indexOf(BREAK, at + 1)) count++;
  return count;
}
