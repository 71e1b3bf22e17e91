/**
 * Mends kafkajs 2.2.4 (which package.json names exactly, for this): its encoder, of which each message that is published has one, begins with half a kilobyte
 * of zeros outside of V8's heap, takes a buffer for each number, and grows by doubling where it could know how long it will be. V8 looks through its whole heap
 * after some fifteen megabytes of buffers: half of the time of publishing goes into making these and taking them away.
 */
import { createRequire } from "node:module";
import { z } from "zod";

interface Encoder {
  buf: Buffer;
  offset: number;
  ensureAvailable(length: number): void;
  writeVarInt(value: number): this;
  writeUVarInt(value: number): this;
  writeVarLong(value: unknown): this;
  writeEncoderArray(encoders: readonly Encoder[]): this;
  writeBufferInternal(bytes: Buffer): void;
}

interface EncoderClass {
  readonly prototype: Encoder;
  /** Only the size of a new encoder goes by it, once `ensureAvailable` is this one. */
  nextPowerOfTwo(value: number): number;
  sizeOfVarInt(value: number): number;
  sizeOfVarLong(value: unknown): number;
}

const NAMES = [
  "ensureAvailable",
  "writeVarInt",
  "writeUVarInt",
  "writeVarLong",
  "writeEncoderArray",
  "writeBufferInternal",
];
const STATICS = ["nextPowerOfTwo", "sizeOfVarInt", "sizeOfVarLong"];

const Encoder = z
  .custom<EncoderClass>(
    (given) =>
      typeof given === "function" &&
      NAMES.every((name) => name in given.prototype) &&
      STATICS.every((name) => name in given),
    "kafkajs has changed: see whether encoder.ts is still needed",
  )
  .parse(createRequire(import.meta.url)("kafkajs/src/protocol/encoder.js"));

const { writeVarLong } = Encoder.prototype;
const { sizeOfVarLong } = Encoder;

/** Whether a number has the same ZigZag encoding in 32 bits as in 64. */
function isShort(value: unknown): value is number {
  return typeof value === "number" && value === (value | 0);
}

/** Room behind what is written, so that a message whose value has been written takes its few headers too. */
const SPARE = 32;

Encoder.nextPowerOfTwo = () => 0;
Encoder.sizeOfVarLong = (value) => (isShort(value) ? Encoder.sizeOfVarInt(value) : sizeOfVarLong.call(Encoder, value));

Encoder.prototype.ensureAvailable = function (length) {
  const needed = this.offset + length;
  if (needed <= this.buf.length) return;
  const larger = Buffer.allocUnsafe(Math.max(needed + SPARE, this.buf.length * 2));
  this.buf.copy(larger, 0, 0, this.offset);
  this.buf = larger;
};

Encoder.prototype.writeEncoderArray = function (encoders) {
  this.ensureAvailable(encoders.reduce((sum, { offset }) => sum + offset, 0));
  for (const { buf, offset } of encoders) this.writeBufferInternal(buf.subarray(0, offset));
  return this;
};

Encoder.prototype.writeUVarInt = function (value) {
  this.ensureAvailable(5);
  let left = value >>> 0;
  for (; left >= 0x80; left >>>= 7) this.buf[this.offset++] = (left & 0x7f) | 0x80;
  this.buf[this.offset++] = left;
  return this;
};

Encoder.prototype.writeVarLong = function (value) {
  return isShort(value) ? this.writeVarInt(value) : writeVarLong.call(this, value);
};
