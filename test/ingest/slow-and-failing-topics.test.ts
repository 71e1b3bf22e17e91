import { Readable } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type IngestOptions, ingestEvents } from "../../pipeline/ingest.ts";
import { Outbox } from "../../pipeline/ingest-outbox.ts";
import { TooLargeError } from "../../transport/kafka.ts";
import { testTopic } from "./topic.ts";

const OPTIONS: IngestOptions = { format: undefined, signal: new AbortController().signal };

test("a slow topic slows the reading: what waits in memory is a few batches, however much there is to read", async () => {
  const line = Buffer.from(`{"n":"${"x".repeat(10_000)}"}\n`);
  let read = 0;
  let taken = 0;
  let most = 0;
  function* source() {
    for (; read < 40_000_000; read += line.length) yield line;
  }
  await using topic = await testTopic(async (messages) => {
    for (const { value } of messages) taken += value.length;
    most = Math.max(most, read - taken);
    await new Promise(setImmediate);
  });
  const stream = Readable.from(source(), { objectMode: false, highWaterMark: 65_536 });
  await ingestEvents([{ name: "-", stream }], topic.publisher, topic.name, OPTIONS);
  expect(taken).toBeGreaterThan(39_000_000);
  expect(most).toBeLessThan(4_000_000);
});

test("a topic that fails ends the reading with its error", async () => {
  let read = 0;
  function* source() {
    for (; read < 1_000_000; read++) yield Buffer.from(`{"n":${read}}\n`);
  }
  const publisher = { send: () => Promise.reject(new Error("not allowed")), close: async () => undefined };
  const stream = Readable.from(source(), { objectMode: false });
  const ingesting = ingestEvents([{ name: "-", stream }], publisher, "events", OPTIONS);
  await expect(ingesting).rejects.toThrow("not allowed");
  expect(read).toBeLessThan(1_000_000);
});

test("whatever the sizes and pauses, messages come in their order and once; those that are too large are named and left out", async () => {
  const LIMIT = 300_000;
  const sizes = fc.array(
    fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 1, max: 50_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: LIMIT, max: LIMIT * 4 }) },
      { weight: 1, arbitrary: fc.constant(0) },
    ),
    { maxLength: 200 },
  );
  await fc.assert(
    fc.asyncProperty(sizes, async (sizes) => {
      const taken: number[] = [];
      const refused: number[] = [];
      // As the one of Kafka does: all is looked at, and the first that is too large is told.
      const publisher = {
        send: async (topic: string, messages: readonly { readonly value: Buffer }[]) => {
          await new Promise(setImmediate);
          const index = messages.findIndex(({ value }) => value.length >= LIMIT);
          if (index !== -1) throw new TooLargeError(topic, index, messages[index]?.value.length ?? 0);
          for (const { value } of messages) taken.push(value.readUInt32LE());
        },
        close: async () => undefined,
      };
      const outbox = new Outbox(publisher, "events", ({ offset }) => refused.push(offset));
      for (const [number, size] of sizes.entries()) {
        if (size === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        const value = Buffer.alloc(Math.max(4, size));
        value.writeUInt32LE(number);
        await outbox.add({ key: undefined, value }, { file: "f", offset: number });
      }
      await outbox.flush();
      const isTooLarge = (number: number) => (sizes[number] ?? 0) >= LIMIT;
      const all = sizes.map((_, number) => number);
      expect(taken).toEqual(all.filter((number) => !isTooLarge(number)));
      expect(refused).toEqual(all.filter(isTooLarge));
      expect(outbox.published).toBe(taken.length);
    }),
    { numRuns: 50 },
  );
});
