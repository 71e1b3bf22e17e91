/** zstd, which Node has itself and kafkajs has not: packed much faster than gzip, here and where the broker looks into a batch. */
import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import kafkajs from "kafkajs";

const [pack, unpack] = [promisify(zstdCompress), promisify(zstdDecompress)];

kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => ({
  compress: ({ buffer }: { readonly buffer: Buffer }) => pack(buffer),
  decompress: (buffer: Buffer) => unpack(buffer),
});
