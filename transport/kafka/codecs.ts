/** What Node and kafkajs between them do not know: zstd, which rootcause writes; LZ4 and Snappy, which shippers may. */
import { Readable } from "node:stream";
import kafkajs from "kafkajs";
import { uncompress } from "snappyjs";
import { lz4Frames } from "../../model/lz4-frame.ts";
import { unzstd, zstd } from "./zstd.ts";

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** Bytes that one batch may come to; brokers take a megabyte of it, packed, unless told otherwise. */
const MOST = 1 << 28;

CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: ({ buffer }: { readonly buffer: Buffer }) => zstd(buffer),
  decompress: (buffer: Buffer) => unzstd(buffer, MOST),
});

CompressionCodecs[CompressionTypes.LZ4] = readOnly(async (buffer) => {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of lz4Frames(Readable.from([buffer]))) {
    length += piece.length;
    if (length > MOST) throw new Error("An LZ4 batch is too large.");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
});

CompressionCodecs[CompressionTypes.Snappy] = readOnly(async (buffer) => unsnappy(buffer));

function readOnly(decompress: (buffer: Buffer) => Promise<Buffer>) {
  return () => ({ compress: async () => Promise.reject(new Error("rootcause writes zstd.")), decompress });
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
