import { createRequire } from "node:module";
import fc from "fast-check";
import kafkajs from "kafkajs";
import { expect, test } from "vitest";
import { z } from "zod";
import { RecordBatch } from "../../transport/kafka/record-batch.ts";
import type { Received } from "../../transport/transport.ts";

const { CompressionTypes } = kafkajs;
const load = createRequire(import.meta.url);
const made = <T>(path: string) => z.custom<T>((given) => typeof given === "function").parse(load(path));

interface Record {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: { readonly [name: string]: Buffer };
  readonly timestampDelta: number;
  readonly offsetDelta: number;
}
const record = made<(record: Record) => unknown>("kafkajs/src/protocol/recordBatch/record/v0/index.js");
const { RecordBatch: encode } = z
  .object({ RecordBatch: z.custom<(batch: object) => Promise<{ readonly buffer: Buffer }>>() })
  .parse(load("kafkajs/src/protocol/recordBatch/v0/index.js"));

const FIRST = 5_000_000_000_000n;
const BEGAN = 1_700_000_000_000;
const FROM = { topic: "events", partition: 3 };

const bytes = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 300 }).map((given) => Buffer.from(given)),
);
const records = fc
  .array(
    fc.record({
      key: fc.option(bytes),
      value: fc.option(bytes),
      headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), bytes, { maxKeys: 3, noNullPrototype: true }),
      timestampDelta: fc.oneof(fc.integer({ min: -5, max: 100_000 }), fc.constant(4_000_000_000)),
      gap: fc.nat(3),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((all) => {
    let offset = -1;
    return all.map(({ gap, ...rest }) => {
      offset += 1 + gap;
      return { ...rest, offsetDelta: offset };
    });
  });
const codec = fc.constantFrom(CompressionTypes.None, CompressionTypes.GZIP, CompressionTypes.ZSTD);

async function batchOf(all: readonly Record[], compression: number, more: object = {}): Promise<Buffer> {
  const { buffer } = await encode({
    compression,
    firstOffset: FIRST,
    firstTimestamp: BEGAN,
    maxTimestamp: BEGAN + 9,
    lastOffsetDelta: all.at(-1)?.offsetDelta ?? 0,
    records: all.map(record),
    ...more,
  });
  return buffer;
}

function textOf(given: Received["key"]): string | undefined {
  return given === undefined ? undefined : Buffer.from(given).toString("latin1");
}

test("what kafkajs writes is read, one batch behind the other", async () => {
  await fc.assert(
    fc.asyncProperty(records, codec, fc.nat(20), async (all, compression, before) => {
      const whole = await batchOf(all, compression);
      const answer = Buffer.concat([Buffer.alloc(before), whole, Buffer.alloc(5)]);
      const batch = RecordBatch.at(answer, before);
      // The memory of the answer is not kept.
      answer.fill(0);
      expect(batch?.length).toBe(whole.length);
      expect(batch?.first).toBe(FIRST);
      expect(batch?.offset).toBe(String(FIRST + BigInt(all.at(-1)?.offsetDelta ?? 0)));
      const messages = await batch?.messages(FROM);
      expect(
        messages?.map(({ key, headers, ...rest }) => ({ ...rest, key: textOf(key), headers: headersOf(headers) })),
      ).toEqual(
        all.map(({ key, value, headers, timestampDelta, offsetDelta }) => ({
          ...FROM,
          offset: FIRST + BigInt(offsetDelta),
          timestamp: BEGAN + timestampDelta,
          key: key?.toString("latin1"),
          value: value ?? Buffer.alloc(0),
          headers: headersOf(headers),
        })),
      );
    }),
  );
});

function headersOf(headers: Received["headers"]): readonly (readonly [string, string])[] {
  return Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString("latin1")] as const);
}

test("a batch of a transaction, a mark of its end, and one that is cut off are left to kafkajs", async () => {
  const whole = await batchOf(
    [{ key: null, value: Buffer.from("1"), headers: {}, timestampDelta: 0, offsetDelta: 0 }],
    CompressionTypes.ZSTD,
  );
  for (let length = 0; length < whole.length; length++)
    expect(RecordBatch.at(whole.subarray(0, length), 0)).toBeUndefined();
  for (const bit of [0x10, 0x20]) {
    const marked = Buffer.from(whole);
    marked.writeInt16BE(marked.readInt16BE(21) | bit, 21);
    expect(RecordBatch.at(marked, 0)).toBeUndefined();
  }
});

test("where the broker says when it was written, that is the time", async () => {
  const whole = await batchOf(
    [{ key: null, value: null, headers: {}, timestampDelta: 3, offsetDelta: 0 }],
    CompressionTypes.None,
  );
  whole.writeInt16BE(0x08, 21);
  expect((await RecordBatch.at(whole, 0)?.messages(FROM))?.map(({ timestamp }) => timestamp)).toEqual([BEGAN + 9]);
});

test("what is damaged comes as messages, or as one of the bytes as they are, and nothing throws", async () => {
  await fc.assert(
    fc.asyncProperty(
      records,
      codec,
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
      async (all, compression, where, byte) => {
        const whole = await batchOf(all, compression);
        // Behind the length: that decides where the batch ends, and is the broker's.
        const at = 12 + (where % (whole.length - 12));
        whole.writeUInt8(byte, at);
        const messages = await RecordBatch.at(whole, 0)?.messages(FROM);
        if (messages?.length === 1 && messages[0]?.value.length === whole.length)
          expect(messages[0].value).toEqual(whole);
        expect(messages?.every(({ value }) => value.length <= whole.length)).not.toBe(false);
      },
    ),
  );
  const bomb = await batchOf(
    [{ key: null, value: Buffer.alloc(1 << 20), headers: {}, timestampDelta: 0, offsetDelta: 7 }],
    CompressionTypes.ZSTD,
  );
  // More records than there are.
  bomb.writeInt32BE(0x7fff_ffff, 57);
  expect(await RecordBatch.at(bomb, 0)?.messages(FROM)).toEqual([
    { ...FROM, offset: FIRST + 7n, timestamp: BEGAN, key: undefined, value: bomb, headers: {} },
  ]);
});
