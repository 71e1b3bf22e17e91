/** Compression of the batches on the wire, beside what kafkajs brings: faster gzip, and zstd, which Node has itself. */
import { promisify } from "node:util";
import { constants, gzip, unzip, zstdCompress, zstdDecompress } from "node:zlib";
import kafkajs from "kafkajs";

const { CompressionCodecs, CompressionTypes } = kafkajs;

interface Encoder {
  readonly buffer: Buffer;
}

// Level 1 takes a third of the time of the default and makes events a tenth larger.
const [pack, unpack] = [promisify(gzip), promisify(unzip)];
CompressionCodecs[CompressionTypes.GZIP] = () => ({
  compress: ({ buffer }: Encoder) => pack(buffer, { level: constants.Z_BEST_SPEED }),
  decompress: (buffer: Buffer) => unpack(buffer),
});

const [packZstd, unpackZstd] = [promisify(zstdCompress), promisify(zstdDecompress)];
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: ({ buffer }: Encoder) => packZstd(buffer),
  decompress: (buffer: Buffer) => unpackZstd(buffer),
});
