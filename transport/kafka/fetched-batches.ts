/**
 * Mends kafkajs 2.2.4 (which package.json names exactly, for this): it unpacks all that a broker answers before it hands out any of it, and makes a dozen objects
 * of each record. Record batches stay packed now until their records are handled (`RecordBatch`).
 */
import { createRequire } from "node:module";
import { z } from "zod";
import { RecordBatch } from "./record-batch.ts";

interface Decoder {
  readonly buffer: Buffer;
  readonly offset: number;
  forward(bytes: number): void;
}

const Decode = z.custom<(decoder: Decoder) => Promise<{ readonly records: readonly unknown[] }>>(
  (given) => typeof given === "function" && given.length === 1,
  "kafkajs has changed: see whether fetched-batches.ts still fits",
);

const load = createRequire(import.meta.url);
const path = load.resolve("kafkajs/src/protocol/recordBatch/v0/decoder.js");
const decode = Decode.parse(load(path));
const module = load.cache[path];
if (module === undefined) throw new Error("kafkajs has no decoder of record batches.");

module.exports = async (decoder: Decoder) => {
  const batch = RecordBatch.at(decoder.buffer, decoder.offset);
  if (batch === undefined) return decode(decoder);
  decoder.forward(batch.length);
  return { records: [batch] };
};
