import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import "../../transport/kafka/client.ts";

const load = createRequire(import.meta.url);
const Encoder = z
  .custom<
    new () => {
      readonly buffer: Buffer;
      writeVarInt(value: number): void;
      writeUVarInt(value: number): void;
      writeVarLong(value: number | bigint): void;
      writeVarIntBytes(value: Buffer | string | null): void;
      writeInt64(value: bigint): void;
    }
  >((given) => typeof given === "function")
  .parse(load("kafkajs/src/protocol/encoder.js"));
const Decoder = z
  .custom<
    new (
      bytes: Buffer,
    ) => {
      readVarInt(): number;
      readUVarInt(): number;
      readVarLong(): { toString(): string };
      readVarIntBytes(): Buffer | null;
      readInt64(): { toString(): string };
    }
  >((given) => typeof given === "function")
  .parse(load("kafkajs/src/protocol/decoder.js"));

const int32 = fc.oneof(fc.constantFrom(0, -1, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31)), fc.integer());
const int64 = fc.oneof(int32, fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
const value = fc.oneof(
  fc.record({ is: fc.constant("int" as const), int: int32 }),
  fc.record({ is: fc.constant("uint" as const), uint: fc.nat(2 ** 31 - 1) }),
  fc.record({ is: fc.constant("long" as const), long: int64 }),
  fc.record({ is: fc.constant("fixed" as const), fixed: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
  fc.record({ is: fc.constant("bytes" as const), bytes: fc.uint8Array({ maxLength: 3_000 }) }),
);

test("what the mended encoder of kafkajs writes, its decoder reads, one behind the other", () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 20 }), (values) => {
      const encoder = new Encoder();
      for (const each of values)
        if (each.is === "int") encoder.writeVarInt(each.int);
        else if (each.is === "uint") encoder.writeUVarInt(each.uint);
        else if (each.is === "long") encoder.writeVarLong(each.long);
        else if (each.is === "fixed") encoder.writeInt64(each.fixed);
        else encoder.writeVarIntBytes(Buffer.from(each.bytes));
      const decoder = new Decoder(encoder.buffer);
      for (const each of values)
        if (each.is === "int") expect(decoder.readVarInt()).toBe(each.int);
        else if (each.is === "uint") expect(decoder.readUVarInt()).toBe(each.uint);
        else if (each.is === "long") expect(decoder.readVarLong().toString()).toBe(String(each.long));
        else if (each.is === "fixed") expect(decoder.readInt64().toString()).toBe(String(each.fixed));
        else expect(decoder.readVarIntBytes()).toEqual(Buffer.from(each.bytes));
    }),
  );
});
