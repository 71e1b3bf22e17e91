/** What every transport promises. Both run it: queues in one process, and Kafka. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { test as baseTest, describe, expect } from "vitest";
import type { Message, Received, Transport } from "../../transport/transport.ts";
import { uniqueName } from "../kafka/for-tests.ts";
import { Reader, until } from "./reader.ts";

export interface Place {
  /** As another process has it. */
  open(): Promise<Transport>;
  /** A topic of its own with three partitions. */
  topic(): Promise<string>;
}

interface Setting {
  readonly transport: Transport;
  readonly topic: string;
  readonly group: string;
  join(groupId?: string, reader?: Reader): Promise<Reader>;
  /** Queues in one process resolve when all of it has been handled. */
  send(...messages: readonly Message[]): Promise<void>;
}

export function keepsTheContract(place: Place): void {
  const test = baseTest.extend<{ at: Setting }>({
    // biome-ignore lint/correctness/noEmptyPattern: vitest wants to see which other fixtures it needs
    at: async ({}, use) => {
      const [transport, topic, group] = [await place.open(), await place.topic(), uniqueName("group")];
      await use({
        transport,
        topic,
        group,
        join: (groupId = group, reader = new Reader()) => reader.join(transport, groupId, topic),
        send: async (...messages) => (await transport.publisher()).send(topic, messages),
      });
      await transport.close();
    },
  });

  describe.concurrent("messages", () => {
    test("what has one key comes in order and from one partition", async ({ at: { transport, topic, join } }) => {
      const reader = await join();
      const publisher = await transport.publisher();
      for (let round = 0; round < 10; round++)
        await publisher.send(
          topic,
          Array.from({ length: 100 }, (_, index) => text(`key ${index % 20}`, `${round * 100 + index}`)),
        );
      await reader.has(1000);
      for (const [key, messages] of Map.groupBy(reader.handled, (message) => message.key)) {
        expect(new Set(messages.map(({ partition }) => partition)).size, `partitions of ${key}`).toBe(1);
        expect(messages.map(numberOf), `numbers of ${key}`).toEqual(messages.map(numberOf).sort((a, b) => a - b));
      }
      expect(new Set(reader.handled.map(({ partition }) => partition)).size).toBe(3);
    });

    test("sends that do not wait for each other keep their order", async ({ at: { transport, topic, join } }) => {
      const reader = await join();
      const publisher = await transport.publisher();
      const sends = Array.from({ length: 200 }, (_, index) => publisher.send(topic, [text("one", `${index}`)]));
      await Promise.all(sends);
      await reader.has(200);
      expect(reader.handled.map(numberOf)).toEqual(Array.from({ length: 200 }, (_, index) => index));
    });

    test("a partition that was asked for is used", async ({ at: { join, send } }) => {
      const reader = await join();
      await send(...[2, 0, 1, 2].map((partition) => ({ ...text("same key", `${partition}`), partition })));
      await reader.has(4);
      for (const message of reader.handled) expect(message.partition).toBe(numberOf(message));
    });

    test("what has no key is spread", async ({ at: { join, send } }) => {
      const reader = await join();
      await send(...Array.from({ length: 30 }, (_, index) => text(undefined, `${index}`)));
      await reader.has(30);
      expect(new Set(reader.handled.map(({ partition }) => partition)).size).toBe(3);
    });

    test("keys, values and headers come as they were sent", async ({ at: { join, send } }) => {
      const reader = await join();
      const any = fc.record({
        key: fc.option(fc.string({ unit: "grapheme" }), { nil: undefined }),
        value: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
        headers: fc.dictionary(fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ unit: "grapheme" }), {
          noNullPrototype: true,
          maxKeys: 4,
        }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(any, { minLength: 1, maxLength: 30 }), async (messages) => {
          reader.handled.length = 0;
          await send(...messages.map((message) => ({ ...message, partition: 1 })));
          await reader.has(messages.length);
          expect(reader.handled.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(messages);
        }),
        {
          numRuns: 15,
          examples: [
            [[{ key: "Zürich 🗝", value: Buffer.alloc(0), headers: { ключ: "値" } }]],
            [[{ key: "__proto__", value: Buffer.from([0, 255]), headers: { ["__proto__"]: "1", toString: "" } }]],
          ],
          // A run takes its time: to make the example smaller would take longer than the test may.
          endOnFailure: true,
        },
      );
    });

    test("large messages arrive", async ({ at: { join, send } }) => {
      const reader = await join();
      const values = Array.from({ length: 6 }, () => randomBytes(700_000));
      await send(...values.map((value) => ({ key: "large", value })));
      await reader.has(6);
      expect(reader.handled.map(({ value }) => value.equals(values.shift() ?? Buffer.alloc(0)))).toEqual(
        Array.from({ length: 6 }, () => true),
      );
    });

    test("each message has its offset, and a batch says where it begins and ends", async ({ at: { join, send } }) => {
      const reader = await join();
      await send(...Array.from({ length: 50 }, (_, index) => text("k", `${index}`)));
      await reader.has(50);
      const offsets = reader.handled.map(({ offset }) => offset);
      expect(offsets).toEqual(offsets.map((_, index) => (offsets[0] ?? 0n) + BigInt(index)));
      let next = offsets[0];
      for (const { first, end, messages } of reader.delivered) {
        expect([first, messages[0]?.offset, messages.at(-1)?.offset]).toEqual([next, next, end - 1n]);
        next = end;
      }
    });
  });

  describe.concurrent("groups", () => {
    test("each group gets all", async ({ at: { group, join, send } }) => {
      const [one, other] = [await join(`one${group}`), await join(`other${group}`)];
      await send(...Array.from({ length: 100 }, (_, index) => text(`${index}`, `${index}`)));
      for (const reader of [one, other]) {
        await reader.has(100);
        expect(reader.numbers()).toEqual(Array.from({ length: 100 }, (_, index) => index));
      }
    });

    test("members share the partitions, and one that leaves leaves its own to the others", async ({
      at: { join, send },
    }) => {
      const first = await join();
      await until(() => first.partitions.size === 3);
      const second = await join();
      await until(() => first.partitions.size + second.partitions.size === 3 && second.partitions.size > 0);
      expect(first.partitions.isDisjointFrom(second.partitions)).toBe(true);
      await send(...[0, 1, 2].map((partition) => ({ ...text(undefined, `${partition}`), partition })));
      await until(() => first.handled.length + second.handled.length >= 3);
      for (const reader of [first, second]) expect(new Set(reader.numbers())).toEqual(reader.partitions);
      await first.subscription?.close();
      await until(() => second.partitions.size === 3);
      await send(...[0, 1, 2].map((partition) => ({ ...text(undefined, `${partition + 10}`), partition })));
      await until(() => [10, 11, 12].every((number) => second.numbers().includes(number)));
      expect(first.partitions.size).toBe(0);
    });

    test("a new member goes on where the group has come to", async ({ at: { join, send } }) => {
      const first = await join();
      await send(...Array.from({ length: 30 }, (_, index) => text(`${index}`, `${index}`)));
      await first.has(30);
      await first.subscription?.close();
      const sent = send(...Array.from({ length: 30 }, (_, index) => text(`${index}`, `${index + 30}`)));
      const second = await join();
      await second.has(30);
      await sent;
      expect(second.numbers()).toEqual(Array.from({ length: 30 }, (_, index) => index + 30));
    });

    test("batches wait until the handler is ready for the partitions", async ({ at: { group, join, send } }) => {
      const reader = new Reader();
      const ready = Promise.withResolvers<void>();
      reader.onAssigned = () => ready.promise;
      const joined = join(group, reader);
      const sent = joined.then(() => send(text("k", "1")));
      await until(() => reader.isAssigning);
      expect(reader.delivered).toEqual([]);
      ready.resolve();
      await sent;
      await reader.has(1);
    });

    test("closing finishes the batch that is being handled", async ({ at: { group, join, send } }) => {
      const reader = new Reader();
      const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      reader.onBatch = async () => {
        begun.resolve();
        await go.promise;
      };
      await join(group, reader);
      const sent = send(text("k", "1"));
      await begun.promise;
      const closed = reader.subscription?.close();
      go.resolve();
      await Promise.all([closed, sent, reader.subscription?.ended]);
      expect(reader.numbers()).toEqual([1]);
      expect(reader.partitions.size).toBe(0);
      const next = await join();
      const more = send(text("k", "2"));
      await next.has(1);
      await more;
      expect(next.numbers()).toEqual([2]);
    });

    test("what waits behind what was handled is counted", async ({ at: { group, join, send } }) => {
      const reader = new Reader();
      const go = Promise.withResolvers<void>();
      reader.onBatch = () => go.promise;
      await join(group, reader);
      const sent = send(
        ...Array.from({ length: 20 }, (_, index) => ({ ...text(undefined, `${index}`), partition: 1 })),
      );
      const lag = () => reader.subscription?.lag().find(({ partition }) => partition === 1)?.messages;
      await until(() => lag() === 20n);
      go.resolve();
      await sent;
      await until(() => lag() === 0n);
    });
  });

  describe.concurrent("failures", () => {
    test("a batch that failed comes again as it was, and other partitions go on", async ({
      at: { group, join, send },
    }) => {
      const reader = new Reader();
      let failures = 2;
      reader.onBatch = async ({ partition }) => {
        if (partition === 0 && failures > 0 && failures--) throw new Error("not yet");
      };
      await join(group, reader);
      await Promise.all([
        send(...Array.from({ length: 10 }, (_, index) => ({ ...text(undefined, `${index}`), partition: 0 }))),
        send({ ...text(undefined, "100"), partition: 1 }),
      ]);
      await reader.has(11);
      const tries = reader.delivered.filter(({ partition }) => partition === 0);
      expect(tries[1]).toEqual(tries[0]);
      expect(tries[2]).toEqual(tries[0]);
    });

    test("what a batch leaves to finish is tried until it is done, and the batch does not come again", async ({
      at: { group, join, send },
    }) => {
      const reader = new Reader();
      let failures = 2;
      reader.onFinish = async () => {
        if (failures > 0 && failures--) throw new Error("not yet");
      };
      await join(group, reader);
      await send(...Array.from({ length: 10 }, (_, index) => ({ ...text(undefined, `${index}`), partition: 0 })));
      await until(() => reader.finished.length >= 10);
      expect(reader.finished.map(numberOf)).toEqual(Array.from({ length: 10 }, (_, index) => index));
      expect(reader.handled).toEqual(reader.finished);
    });

    test("what was not finished comes again to another member, and all behind it", async ({
      at: { group, join, send },
    }) => {
      const reader = new Reader();
      reader.onFinish = async ({ messages }) => {
        if (messages.some((message) => numberOf(message) === 3)) throw new Error("never");
      };
      await join(group, reader);
      const sent: Promise<void>[] = [];
      for (let number = 0; number < 8; number++) {
        sent.push(send({ ...text(undefined, `${number}`), partition: 0 }));
        // Time to be fetched alone, and to be handled where the transport goes on.
        await sleep(50);
      }
      await until(() => reader.numbers().includes(3));
      await reader.subscription?.close();
      const next = await join();
      await until(() => next.numbers().includes(7));
      await Promise.all(sent);
      expect(next.numbers()).toContain(3);
      const first = next.numbers()[0] ?? 0;
      expect(next.numbers()).toEqual(Array.from({ length: 8 - first }, (_, index) => first + index));
    });

    test("whatever is sent and whatever fails, all is handled, in order and in the same batches", async ({
      at: { group, join, send },
    }) => {
      const reader = new Reader();
      let failing: readonly boolean[] = [];
      let at = 0;
      const byChance = async () => {
        if (failing[at++] === true) throw new Error("by chance");
      };
      reader.onBatch = byChance;
      reader.onFinish = byChance;
      await join(group, reader);
      const sends = fc.array(fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 50 }), {
        minLength: 1,
        maxLength: 5,
      });
      let number = 0;
      await fc.assert(
        fc.asyncProperty(sends, fc.array(fc.boolean(), { maxLength: 3 }), async (keys, fails) => {
          [failing, at] = [fails, 0];
          reader.clear();
          const from = number;
          await Promise.all(keys.map((each) => send(...each.map((key) => text(`${key}`, `${number++}`)))));
          await until(() => reader.finished.length >= number - from);
          expect(reader.numbers()).toEqual(Array.from({ length: number - from }, (_, index) => from + index));
          for (const [, messages] of Map.groupBy(reader.handled, ({ partition }) => partition))
            expect(messages.map(({ offset }) => offset)).toEqual(
              messages.map((_, index) => (messages[0]?.offset ?? 0n) + BigInt(index)),
            );
          for (const [, tries] of Map.groupBy(reader.delivered, ({ partition, first }) => `${partition} ${first}`))
            for (const batch of tries) expect(batch).toEqual(tries[0]);
        }),
        { numRuns: 12, endOnFailure: true },
      );
    });
  });
}

function text(key: string | undefined, value: string): Message {
  return { key, value: Buffer.from(value) };
}

function numberOf({ value }: Received): number {
  return Number(value.toString());
}
