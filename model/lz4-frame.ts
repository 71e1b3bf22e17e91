/**
 * Undoes LZ4's frame format (lz4_Frame_format.md of the lz4 project, version 1.6), which Kafka's producers may use, Python's ClickHouse client does unless told
 * otherwise, and Node's zlib does not know. Checksums are passed over: what they guard against, TCP does.
 * @throws Error when the bytes are something else.
 */
export async function* lz4Frames(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const input = new Reader(source);
  for (;;) {
    const magic = await input.take(4);
    if (magic === undefined) return;
    if (magic.readUInt32LE() !== MAGIC) throw new Error("This is no LZ4 frame.");
    yield* blocks(input);
  }
}

const MAGIC = 0x184d2204;
/** A match reaches back so far. */
const WINDOW = 1 << 16;

async function* blocks(input: Reader): AsyncGenerator<Buffer> {
  const [flags = 0, sizes = 0] = await input.need(2);
  const has = (bit: number) => (flags & (1 << bit)) !== 0;
  if (flags >> 6 !== 1 || has(0)) throw new Error("This kind of LZ4 frame is not supported.");
  const most = 1 << (8 + 2 * ((sizes >> 4) & 7));
  if (most < 1 << 16) throw new Error("An LZ4 frame has a block size that there is not.");
  // Size of the content, and the header's own checksum.
  await input.need((has(3) ? 8 : 0) + 1);
  let window: Buffer = Buffer.alloc(0);
  for (;;) {
    const size = (await input.need(4)).readUInt32LE();
    if (size === 0) break;
    const length = size & 0x7fff_ffff;
    if (length > most) throw new Error("An LZ4 block is longer than its frame allows.");
    const packed = await input.need(length);
    const block = size >>> 31 === 1 ? packed : unpack(packed, window, most);
    if (has(4)) await input.need(4);
    window = has(5) ? window : Buffer.concat([window, block]).subarray(-WINDOW);
    yield block;
  }
  if (has(2)) await input.need(4);
}

/** One block: runs of literal bytes, each followed by a match that repeats what came before. */
function unpack(packed: Buffer, window: Buffer, most: number): Buffer {
  const out = Buffer.allocUnsafe(window.length + most);
  window.copy(out);
  let at = 0;
  let end = window.length;
  const next = () => {
    const byte = packed[at++];
    if (byte === undefined) throw new Error("An LZ4 block ends too early.");
    return byte;
  };
  const extended = (length: number) => {
    if (length < 15) return length;
    for (let more = 255; more === 255; length += more) more = next();
    return length;
  };
  while (at < packed.length) {
    const token = next();
    const literals = extended(token >> 4);
    if (at + literals > packed.length || end + literals > out.length) throw new Error("An LZ4 block is broken.");
    end += packed.copy(out, end, at, at + literals);
    at += literals;
    if (at === packed.length) break;
    const offset = next() | (next() << 8);
    const length = extended(token & 15) + 4;
    if (offset === 0 || offset > end || end + length > out.length) throw new Error("An LZ4 block is broken.");
    // A match may reach into what it is making itself.
    if (offset >= length) out.copyWithin(end, end - offset, end - offset + length);
    else for (let index = 0; index < length; index++) out[end + index] = out[end + index - offset]!;
    end += length;
  }
  return out.subarray(window.length, end);
}

/** Gives bytes in the numbers that are asked for, whatever the pieces in which they come. */
class Reader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Undefined at the end. */
  async take(count: number): Promise<Buffer | undefined> {
    const pieces = [this.#rest];
    let length = this.#rest.length;
    while (length < count) {
      const { done, value } = await this.#source.next();
      if (done) break;
      pieces.push(value);
      length += value.length;
    }
    if (length === 0 && count > 0) return undefined;
    if (length < count) throw new Error("An LZ4 frame ends too early.");
    const whole = Buffer.concat(pieces);
    this.#rest = whole.subarray(count);
    return whole.subarray(0, count);
  }

  async need(count: number): Promise<Buffer> {
    const bytes = await this.take(count);
    if (bytes === undefined) throw new Error("An LZ4 frame ends too early.");
    return bytes;
  }
}
