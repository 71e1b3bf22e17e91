import { TextDecoder } from "node:util";
import { JsonSplitter } from "./json-splitter.ts";
import type { Splitter, TextMessage } from "./text-message.ts";
import { XmlSplitter } from "./xml-splitter.ts";

/** So much white space at the beginning, and what the text is must be guessed. */
const MAX_BLANK = 65_536;
const TAG = 0x3c;

/**
 * The messages of a text of JSON or of event XML, in order; as many at once as a chunk has. Which of the two it is shows the first character.
 * UTF-8, or UTF-16 with a byte order mark, as PowerShell and `wevtutil` write it. Bounded: at most one message is held, and no more than the largest one may have.
 */
export async function* splitMessages(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly TextMessage[]> {
  let splitter: Splitter | undefined;
  let begin: Buffer = Buffer.alloc(0);
  for await (const chunk of inUtf8(chunks)) {
    if (splitter !== undefined) {
      yield splitter.push(chunk);
      continue;
    }
    begin = begin.length === 0 ? chunk : Buffer.concat([begin, chunk]);
    const first = begin.find((byte) => byte > 0x20);
    if (first === undefined && begin.length < MAX_BLANK) continue;
    splitter = first === TAG ? new XmlSplitter() : new JsonSplitter();
    yield splitter.push(begin);
  }
  if (splitter !== undefined) yield splitter.end();
}

/** Without the byte order mark. */
async function* inUtf8(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let decode: ((bytes: Buffer) => Buffer) | undefined;
  let begin = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (decode !== undefined) {
      yield decode(chunk);
      continue;
    }
    begin = Buffer.concat([begin, chunk]);
    if (begin.length < MARK.length) continue;
    decode = decoderFor(begin);
    yield decode(withoutMark(begin));
  }
  if (decode === undefined) yield decoderFor(begin)(withoutMark(begin));
}

/** UTF-8's; the decoder of UTF-16 takes off its own. */
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, MARK.length).equals(MARK) ? bytes.subarray(MARK.length) : bytes;
}

function decoderFor(bytes: Buffer): (bytes: Buffer) => Buffer {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (!isLittle && !(bytes[0] === 0xfe && bytes[1] === 0xff)) return (bytes) => bytes;
  const decoder = new TextDecoder(isLittle ? "utf-16le" : "utf-16be");
  return (bytes) => Buffer.from(decoder.decode(bytes, { stream: true }));
}
