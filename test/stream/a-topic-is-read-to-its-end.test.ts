import { randomBytes } from "node:crypto";
import kafkajs from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deleteBefore, kafkaTransport, readTopic } from "../../transport/kafka.ts";
import type { Message, Transport } from "../../transport/transport.ts";
import { kafkaForTests } from "../kafka/for-tests.ts";
import { newTopic } from "../kafka/topic.ts";

const kafka = await kafkaForTests();

describe.runIf(kafka)("a topic", { timeout: 120_000 }, () => {
  const options = { brokers: [kafka ?? ""], clientId: "tests" };
  let transport: Transport;
  beforeAll(async () => {
    transport = await kafkaTransport(options);
  });
  afterAll(() => transport.close());

  function numbered(from: number, to: number): readonly Message[] {
    return Array.from({ length: to - from }, (_, index) => ({ key: undefined, value: Buffer.from(`${from + index}`) }));
  }

  async function numbers(topic: string): Promise<readonly number[]> {
    const all = await Array.fromAsync(readTopic(options, topic), ({ value }) => Number(value));
    return all.toSorted((a, b) => a - b);
  }

  const upTo = (end: number, from = 0) => Array.from({ length: end - from }, (_, index) => from + index);

  test("is read to the end that it has at the start, as often as one likes, and no group is left", async () => {
    const topic = await newTopic(options);
    expect(await numbers(topic)).toEqual([]);
    const publisher = await transport.publisher();
    await publisher.send(topic, numbered(0, 7_000));
    const found: number[] = [];
    for await (const { value } of readTopic(options, topic)) {
      if (found.length === 0) await publisher.send(topic, numbered(7_000, 7_100));
      found.push(Number(value));
    }
    expect(found.toSorted((a, b) => a - b)).toEqual(upTo(7_000));
    expect(await numbers(topic)).toEqual(upTo(7_100));
    for await (const _ of readTopic(options, topic)) break;
    const admin = new kafkajs.Kafka(options).admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    await admin.disconnect();
    expect(groups.filter(({ groupId }) => groupId.startsWith("tests-read-"))).toEqual([]);
  });

  test("of which the beginning is deleted has the rest; what is deleted while it is read is not waited for", async () => {
    const topic = await newTopic(options, { partitions: 1 });
    const publisher = await transport.publisher();
    for (let at = 0; at < 10; at++) {
      const [message] = numbered(at, at + 1);
      // Batches of their own, too large to be fetched together.
      await publisher.send(topic, [{ ...message!, headers: { filling: randomBytes(500_000).toString("base64") } }]);
    }
    await deleteBefore(options, topic, new Map([[0, 3n]]));
    expect(await numbers(topic)).toEqual(upTo(10, 3));
    let read = 0;
    for await (const _ of readTopic(options, topic))
      if (read++ === 0) await deleteBefore(options, topic, new Map([[0, 10n]]));
    expect(read).toBeLessThanOrEqual(7);
    expect(await numbers(topic)).toEqual([]);
  });

  test("of which nothing may be deleted is named, with the reason", async () => {
    const topic = await newTopic(options, { partitions: 1, config: { "cleanup.policy": "compact" } });
    await (await transport.publisher()).send(topic, [{ key: "k", value: Buffer.from("0") }]);
    await expect(deleteBefore(options, topic, new Map([[0, 1n]]))).rejects.toThrow(
      /^Kafka .*: nothing can be deleted from topic-\S+: .*policy/,
    );
    expect(await numbers(topic)).toEqual([0]);
  });

  test("that is not there is named", async () => {
    await expect(numbers("nowhere")).rejects.toThrow(/^Kafka .*: there is no topic nowhere: make it/);
    await expect(deleteBefore(options, "nowhere", new Map([[0, 1n]]))).rejects.toThrow(/^Kafka .*/);
  });
});
