/** What Node and kafkajs between them do not know: zstd, which rootcause writes; LZ4 and Snappy, which shippers may. */
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { unzip } from "node:zlib";
import kafkajs from "kafkajs";
import { uncompress } from "snappyjs";
import { lz4Frames } from "../../model/lz4-frame.ts";
import { unzstd, zstd } from "./zstd.ts";

const { CompressionCodecs, CompressionTypes } = kafkajs;

const gunzip = promisify(unzip);

/** Bytes that one batch may come to; brokers take a megabyte of it, packed, unless told otherwise. */
const MOST = 1 << 28;

const UNPACK: Record<number, (bytes: Buffer) => Promise<Buffer>> = {
  [CompressionTypes.None]: async (bytes) => bytes,
  [CompressionTypes.GZIP]: (bytes) => gunzip(bytes, { maxOutputLength: MOST }),
  [CompressionTypes.Snappy]: async (bytes) => unsnappy(bytes),
  [CompressionTypes.LZ4]: unlz4,
  [CompressionTypes.ZSTD]: (bytes) => unzstd(bytes, MOST),
};

/** @throws when it is not what the codec makes, or comes to too much. */
export async function unpack(codec: number, bytes: Buffer): Promise<Buffer> {
  const known = UNPACK[codec];
  if (known === undefined) throw new Error(`Compression ${codec} is not known.`);
  return known(bytes);
}

// kafkajs packs what is published, and unpacks the batches of transactions.
for (const codec of [CompressionTypes.Snappy, CompressionTypes.LZ4, CompressionTypes.ZSTD] as const)
  CompressionCodecs[codec] = () => ({
    compress: async ({ buffer }: { readonly buffer: Buffer }) => {
      if (codec !== CompressionTypes.ZSTD) throw new Error("rootcause writes zstd.");
      return zstd(buffer);
    },
    decompress: (bytes: Buffer) => unpack(codec, bytes),
  });

async function unlz4(bytes: Buffer): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of lz4Frames(Readable.from([bytes]))) {
    length += piece.length;
    if (length > MOST) throw new Error("An LZ4 batch is too large.");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** What Java's producers put around Snappy (snappy-java's SnappyOutputStream): a magic, two versions, and blocks, each with its length. */
const XERIAL = Buffer.from("\x82SNAPPY\0", "latin1");
const XERIAL_HEADER = 16;

function unsnappy(buffer: Buffer): Buffer {
  if (!buffer.subarray(0, XERIAL.length).equals(XERIAL)) return uncompress(buffer, MOST);
  const blocks: Buffer[] = [];
  let length = 0;
  for (let at = XERIAL_HEADER; at < buffer.length; ) {
    const end = at + 4 + buffer.readInt32BE(at);
    const block = uncompress(buffer.subarray(at + 4, end), MOST);
    length += block.length;
    if (end <= at || length > MOST) throw new Error("A Snappy batch is broken or too large.");
    blocks.push(block);
    at = end;
  }
  return Buffer.concat(blocks);
}
